"""Smooth edges at rest without more pixels: the mean of a picture drawn several times, each a part of a pixel aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vispy import gloo
from vispy.gloo import gl

from visualizer.scene import gl as door
from visualizer.scene.gl_direct import (
    BY_SHARE,
    CORNER,
    STRIP,
    DirectProgram,
    send_held,
    set_state,
    set_viewport,
    square,
)

Size = tuple[int, int]
Shift = tuple[float, float]
# Where in a pixel each drawing has its middle, pixels: no two in a row or column, so that any edge has four steps.
SHIFTS_PX: Final = ((0.125, 0.375), (-0.375, 0.125), (0.375, -0.125), (-0.125, -0.375))


class SmoothedPicture:
    """The mean of the drawings so far, kept in a texture: no other memory is needed.

    Attributes
    ----------
    count : how many drawings are in it
    """

    def __init__(self) -> None:
        self._program = DirectProgram(door.make_program("picture.vert", "picture.frag"), CORNER)
        self._corners = square()
        self._size_px: Size = (0, 0)
        self._texture: gloo.Texture2D | None = None
        self.count = 0

    def is_done(self, size_px: Size) -> bool:
        """Tell whether it holds a picture of this size that another drawing would not make smoother."""
        return size_px == self._size_px and self.count >= len(SHIFTS_PX)

    def add(self, size_px: Size, draw: Callable[[Size, Shift], None]) -> None:
        """Draw once more into the bound framebuffer, show the mean there and keep it.

        Parameters
        ----------
        draw : draws a picture of the size that it is given, moved by so many pixels to the right and up
        """
        self._fit(size_px)
        draw(size_px, SHIFTS_PX[self.count])
        if self.count:
            self.show(size_px, self.count / (self.count + 1.0))
        assert self._texture is not None
        door.bind_texture(gl.GL_TEXTURE_2D, self._texture)
        gl.glCopyTexSubImage2D(gl.GL_TEXTURE_2D, 0, 0, 0, 0, 0, *size_px)
        self.count += 1

    def show(self, size_px: Size, share: float = 1.0) -> None:
        """Show the mean over the whole of the bound framebuffer, or a share of it over what is there."""
        send_held()
        set_viewport(0, 0, *size_px, is_cut=False)
        set_state(depth=False, writes_depth=False, blend=BY_SHARE if share < 1.0 else None)
        gl.glBlendColor(0.0, 0.0, 0.0, share)
        assert self._texture is not None
        self._program.begin()
        self._program.set_texture("u_picture", self._texture)
        self._program.draw_all(self._corners, 4, STRIP)

    def begin_anew(self) -> None:
        """Forget the drawings: what is to be shown has changed."""
        self.count = 0

    def delete(self) -> None:
        """Give the texture back."""
        if self._texture is not None:
            self._texture.delete()
        self._texture, self._size_px, self.count = None, (0, 0), 0

    def _fit(self, size_px: Size) -> None:
        if size_px == self._size_px:
            return
        self.delete()
        self._texture = gloo.Texture2D((size_px[1], size_px[0], 4), interpolation="nearest", wrapping="clamp_to_edge")
        self._size_px = size_px
