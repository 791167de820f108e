"""The verb `depot camera`. What looks and reads is imported only when it runs."""

from __future__ import annotations

import os
import sys
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from depot.settings import Scanner

_NICENESS = 5
"""Looking at pictures gives way to a commit and to the screen."""
_QUIETLY = {
    # Both libraries print what they think of every try to open a camera that is not there.
    "OPENCV_LOG_LEVEL": "SILENT",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    # Seconds that a camera may give nothing before it counts as gone.
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "4",
}


@click.command
@click.option(
    "--device", help="A number (0 is /dev/video0), a device's path, a video file or an address. Else 0."
)
@click.option(
    "--width", type=click.IntRange(160, 3840), help="Of the picture that is asked for, in pixels. Else 1280."
)
@click.option("--height", type=click.IntRange(120, 2160), help="The same. Else 720.")
@click.option("--scanner", metavar="NAME", help="Take all three from the [[scanner]] of this name.")
@click.option(
    "--json", is_flag=True, expose_value=False, help="Change nothing: this verb always prints JSON."
)
def camera(device: str | None, width: int | None, height: int | None, scanner: str | None) -> int:
    """Watch a camera, and print a line of JSON for each code that comes into the picture.

    Ends when its standard input does (Ctrl-D), or the video file. The line `still` on standard input asks for a
    picture, `end` ends it.
    """
    said = _set_up(scanner) if scanner is not None else None
    if said is not None:
        device, width, height = device or said.device, width or said.width, height or said.height
    happened: SimpleQueue[Any] = SimpleQueue()
    from labels.camera import ear

    ear.listen(happened)
    os.nice(_NICENESS)
    for name, value in _QUIETLY.items():
        os.environ.setdefault(name, value)
    import cv2

    from labels.camera.watching import watch

    cv2.setNumThreads(1)  # several would be done sooner and take more of the machine from the screen
    if not watch(device or "0", width or 1280, height or 720, happened):
        sys.stdout.flush()
        os._exit(0)  # a driver holds the thread that reads the camera; Python would wait for it
    return 0


def _set_up(name: str) -> Scanner:
    from depot.settings import load

    cameras = {one.name: one for one in load().scanners if one.kind == "camera"}
    if name not in cameras:
        wanted = ", ".join(sorted(cameras)) or "there is none"
        raise click.BadParameter(f"Expected the name of a camera in the settings ({wanted}), got {name!r}.")
    return cameras[name]
