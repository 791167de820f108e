"""The camera, in a process of its own: `depot camera` looks, and says on standard output what comes into the picture.

The kiosk may not import this room, and need not: it starts `depot camera` as a child and reads its lines
(`kiosk.terminal.camera`). `feed` gets pictures, `motion` tells whether it is worth looking at one, `pace` when
there is time to, `presence` what is new in it, `still` is for aiming, and `watching` puts them together.

Nothing is imported here: OpenCV and the readers take a third of a second.
"""
