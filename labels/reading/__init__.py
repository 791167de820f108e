"""Pictures in, codes out: the labels that a camera, a scanner's picture or a photograph shows.

`read_file` and `read_bytes` (files) take pictures as files, `read` (stills) takes one as an array,
`FrameReader` (frames) takes a camera's, and all of them answer with `Code`s (values). What they believe and
what not is in `belief`; with which libraries, and with what done to the picture before, in `readers` and
`views`.

Nothing is imported here: OpenCV, NumPy and the readers take a third of a second, and `depot lend` needs none.
"""
