"""A picture of another size than where it is shown: smaller while things move, larger for smooth edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vispy import gloo
from vispy.gloo import gl

from visualizer.scene import gl as door
from visualizer.scene.gl_direct import (
    CORNER,
    STRIP,
    DirectProgram,
    clear,
    send_held,
    set_cut,
    set_state,
    set_viewport,
    square,
)

# gloo's own "depth" has 16 bits, which logarithmic depth turns into 4 mm at 10 m. With a stencil, as the window's own
# framebuffer has it: a software renderer compiles every shader anew for another form, a tenth of a second each.
GL_DEPTH24_STENCIL8: Final = 0x88F0
Size = tuple[int, int]
NOTHING: Final = (0, 0, 0, 0)


class ScaledPicture:
    """A framebuffer with a texture, made anew where its size changes, and a program that shows it."""

    def __init__(self) -> None:
        self._program = DirectProgram(door.make_program("picture.vert", "picture.frag"), CORNER)
        self._corners = square()
        self._size_px: Size = (0, 0)
        self._texture: gloo.Texture2D | None = None
        self._buffer: gloo.FrameBuffer | None = None

    def show(self, size_px: Size, shown_px: Size, draw: Callable[[Size], None]) -> None:
        """Call `draw` with its framebuffer bound, then show what it drew over the whole of the framebuffer before.

        Parameters
        ----------
        size_px : of the picture that is drawn
        shown_px : of the place where it is shown
        draw : draws a picture of the size that it is given
        """
        self._fit(size_px)
        assert self._buffer is not None
        with self._buffer:
            send_held()
            draw(size_px)
        send_held()
        set_viewport(0, 0, *shown_px, is_cut=False)
        clear(None, depth=True)
        set_state(depth=False, writes_depth=False)
        assert self._texture is not None
        self._program.begin()
        self._program.set_texture("u_picture", self._texture)
        self._program.draw_all(self._corners, 4, STRIP)

    def draw_over(self, draw: Callable[[], None]) -> None:
        """Call `draw` over what is shown, and leave that opaque, as it was shown: nobody has to make it so."""
        gl.glColorMask(True, True, True, False)
        try:
            draw()
            send_held()
        finally:
            # What fails is told by a picture of its own, which must not miss its opacity.
            gl.glColorMask(True, True, True, True)
        # VisPy clears the opacity of what was drawn in a window, for which a processor takes 2 ms: of no pixel now.
        set_cut(NOTHING)

    def delete(self) -> None:
        """Give framebuffer and texture back."""
        if self._buffer is not None and self._texture is not None:
            self._buffer.delete()
            self._texture.delete()
        self._buffer = self._texture = None
        self._size_px = (0, 0)

    def _fit(self, size_px: Size) -> None:
        if size_px == self._size_px:
            return
        self.delete()
        shape = (size_px[1], size_px[0])
        self._texture = gloo.Texture2D((*shape, 4), interpolation="linear", wrapping="clamp_to_edge")
        self._buffer = gloo.FrameBuffer(self._texture, gloo.RenderBuffer(shape, GL_DEPTH24_STENCIL8))
        self._size_px = size_px
