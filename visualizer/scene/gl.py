"""The door to OpenGL: choose VisPy's backend, say what was found, make programs and mipmaps."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import vispy
from vispy import gloo
from vispy.gloo import gl

from visualizer.errors import GraphicsError, ShaderError
from visualizer.scene import shader_library

GL_TEXTURE_CUBE_MAP_SEAMLESS = 0x884F
GL_LINEAR_MIPMAP_NEAREST = 0x2701
GL_LUMINANCE16 = 0x8042
CHANNEL_FORMATS = {1: gl.GL_LUMINANCE, 2: gl.GL_LUMINANCE_ALPHA, 3: gl.GL_RGB, 4: gl.GL_RGBA}
# Sent at once of a texture that a window does not wait for.
PIECE_BYTES = 4_000_000
EGL_HINT = "install a Mesa EGL driver (Debian, Ubuntu: apt install libegl1 libegl-mesa0 libgl1-mesa-dri)"


@dataclass(frozen=True, slots=True)
class GlFacts:
    """What OpenGL says of itself."""

    vendor: str
    renderer: str
    version: str
    max_texture_px: int
    max_cube_px: int

    @property
    def is_software(self) -> bool:
        """Whether the picture is drawn by the processor."""
        return any(name in self.renderer.lower() for name in ("llvmpipe", "softpipe", "swrast", "software"))


def use_windowless() -> None:
    """Choose the backend that draws without a display: EGL on Linux, a hidden Qt window elsewhere.

    Raises
    ------
    GraphicsError
        If there is none, saying what to install.
    """
    if sys.platform.startswith("linux"):
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
        _use("egl", f"drawing without a display: EGL does not work here; {EGL_HINT}")
    else:
        _use("pyside6", "drawing without a window: Qt's OpenGL does not work here; update the graphics driver")


def use_window() -> None:
    """Choose the backend that draws into a Qt window."""
    _use("pyside6", "opening a window: Qt's OpenGL does not work here; update the graphics driver")


def _use(app: str, complaint: str) -> None:
    current = vispy.app._default_app.default_app
    if current is not None and app in current.backend_name.lower():
        return
    try:
        vispy.use(app=app, gl="gl2")
    except Exception as error:
        raise GraphicsError(f"{complaint} ({error})") from error


class Told:
    """What OpenGL was told last by direct calls, and need not be told again until gloo has had its turn.

    Attributes
    ----------
    state : how draws meet what is there: depth, blending, whether depth is written, culling
    enabled : places of the attributes that are read from buffers, or None where nobody knows
    ever_enabled : those that ever were, in any context
    source : from where these are read: a program and a place in a buffer
    textures : name of the texture at each unit
    """

    def __init__(self) -> None:
        self.state: tuple[bool, tuple[int, int] | None, bool, bool] | None = None
        self.enabled: set[int] | None = None
        self.ever_enabled: set[int] = set()
        self.source: tuple[int, int, int] | None = None
        self.textures: dict[int, int] = {}

    def forget(self) -> None:
        """Take nothing for granted."""
        self.state = None
        self.enabled = None
        self.source = None
        self.textures.clear()


told: Final = Told()
# Names in OpenGL of what gloo made, asked for once.
_handles: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def read_facts() -> GlFacts:
    """Ask the current context what it is.

    Raises
    ------
    GraphicsError
        If there is none, or one below OpenGL 2.1.
    """
    version = str(gl.glGetParameter(gl.GL_VERSION) or "")
    renderer = str(gl.glGetParameter(gl.GL_RENDERER) or "unknown")
    digits = version.split()[0].split(".") if version else []
    if len(digits) < 2 or (int(digits[0]), int(digits[1][:1])) < (2, 1):
        raise GraphicsError(
            f"OpenGL 2.1 is needed, found {version or 'none'} ({renderer}); update the graphics driver or use "
            "a software driver"
        )
    return GlFacts(
        vendor=str(gl.glGetParameter(gl.GL_VENDOR)),
        renderer=renderer,
        version=version,
        max_texture_px=int(gl.glGetParameter(gl.GL_MAX_TEXTURE_SIZE)),
        max_cube_px=int(gl.glGetParameter(gl.GL_MAX_CUBE_MAP_TEXTURE_SIZE)),
    )


def make_program(vertex: str, fragment: str, defines: tuple[str, ...] = ()) -> gloo.Program:
    """Compile two shader files into a program; `defines` are names for `#ifdef` in both.

    Raises
    ------
    ShaderError
        With our file and line.
    """
    sources = [_with_defines(shader_library.load(name), defines) for name in (vertex, fragment)]
    program = gloo.Program(*sources)
    context = gloo.get_current_canvas().context
    try:
        told.forget()
        context.glir.associate(program.glir)
        context.flush_commands()
    except RuntimeError as error:
        culprit = fragment if "fragment" in str(error).lower() else vertex
        raise ShaderError(shader_library.explain_log(culprit, str(error))) from error
    return program


def _with_defines(source: str, defines: tuple[str, ...]) -> str:
    """Put definitions in the place of a shader's first lines, its title, so that line numbers stay."""
    lines = source.split("\n")
    lines[: len(defines)] = [f"#define {name}" for name in defines]
    return "\n".join(lines)


def close_windowless(canvas: Any) -> None:
    """Close a canvas that draws without a display, and give back all that its context holds.

    WORKAROUND: VisPy closes the surface only; the context would stay with its textures, some hundred megabytes.
    """
    backend = canvas._backend
    context = backend._native_context if type(backend).__module__.endswith("_egl") else None
    canvas.close()
    if context is not None:
        from vispy.app.backends import _egl

        library, nothing = _egl.egl._lib, ctypes.c_void_p(0)
        library.eglMakeCurrent(_egl._EGL_DISPLAY, nothing, nothing, nothing)
        library.eglDestroyContext(_egl._EGL_DISPLAY, context)
        backend._native_context = None


def make_cube_texture(levels: Sequence[np.ndarray]) -> gloo.TextureCube:
    """Upload six square faces, (6, n, n, channels) uint8, and their mipmaps, which shimmer less."""
    upload = CubeUpload([levels])
    while not upload.go_on():
        pass
    return upload.texture


class CubeUpload:
    """A cube map on its way to the GPU, piece by piece, so that a window need not stop for it.

    WORKAROUND: gloo knows no mipmaps and only faces all at once, so they are sent through the texture's own handle.

    Parameters
    ----------
    layers : cube maps as `make_cube_texture` takes them, whose channels become those of one texture

    Attributes
    ----------
    texture : to be used once all of it is there
    """

    def __init__(self, layers: Sequence[Sequence[np.ndarray]]) -> None:
        self._layers = layers
        channels = sum(levels[0].shape[-1] for levels in layers)
        self._format = CHANNEL_FORMATS[channels]
        shape = (*layers[0][0].shape[:-1], channels)
        self.texture = gloo.TextureCube(shape, interpolation="linear", wrapping="clamp_to_edge")
        levels = len(layers[0])
        self._left = [(level, i_face) for level in range(levels) for i_face in range(6)]
        self._has_mipmaps = levels > 1

    def go_on(self) -> bool:
        """Send a piece, a face or all the small mipmaps; return whether all is there."""
        bind_texture(gl.GL_TEXTURE_CUBE_MAP, self.texture)
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
        sent = 0
        while self._left and sent < PIECE_BYTES:
            sent += self._send(*self._left.pop(0))
        if not self._left and self._has_mipmaps:
            gl.glTexParameteri(gl.GL_TEXTURE_CUBE_MAP, gl.GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_NEAREST)
        return not self._left

    def _send(self, level: int, i_face: int) -> int:
        parts = [levels[level][i_face] for levels in self._layers]
        face = np.ascontiguousarray(parts[0]) if len(parts) == 1 else np.concatenate(parts, axis=-1)
        target = int(gl.GL_TEXTURE_CUBE_MAP_POSITIVE_X) + i_face
        if level == 0:
            gl.glTexSubImage2D(target, 0, 0, 0, self._format, gl.GL_UNSIGNED_BYTE, face)
        else:
            gl.glTexImage2D(target, level, self._format, self._format, gl.GL_UNSIGNED_BYTE, face)
        return face.nbytes


def make_plane_texture(pixels: np.ndarray, wrapping: str = "clamp_to_edge") -> gloo.Texture2D:
    """Upload a picture, (rows, columns, channels) uint8, with mipmaps as for cubes."""
    levels = plane_levels(pixels)
    texture = gloo.Texture2D(levels[0], interpolation="linear", wrapping=wrapping)
    bind_texture(gl.GL_TEXTURE_2D, texture)
    gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
    form = CHANNEL_FORMATS[pixels.shape[-1]]
    for number, level in enumerate(levels[1:], 1):
        gl.glTexImage2D(gl.GL_TEXTURE_2D, number, form, form, gl.GL_UNSIGNED_BYTE, level)
    gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_NEAREST)
    return texture


def plane_levels(pixels: np.ndarray) -> list[np.ndarray]:
    """Return a picture and its mipmaps: a software renderer would take ten times longer for them."""
    levels = [np.ascontiguousarray(pixels)]
    while max(levels[-1].shape[:2]) > 1:
        last = levels[-1].astype(np.uint16)
        if last.shape[0] > 1:
            last = last[: last.shape[0] // 2 * 2 : 2] + last[1::2]
        else:
            last = 2 * last
        last = last[:, : last.shape[1] // 2 * 2 : 2] + last[:, 1::2] if last.shape[1] > 1 else 2 * last
        levels.append(((last + 2) >> 2).astype(np.uint8))
    return levels


def make_fine_cube(faces: np.ndarray) -> gloo.TextureCube:
    """Upload six square faces, (6, n, n) uint16, of one channel, without mipmaps.

    Drivers that draw by processor mix texels as finely as these are coded, so eight bits may be too few. WORKAROUND:
    gloo gives cubes bytes only, so their storage is made anew.
    """
    size = faces.shape[1]
    texture = gloo.TextureCube((6, size, size, 1), interpolation="linear", wrapping="clamp_to_edge")
    bind_texture(gl.GL_TEXTURE_CUBE_MAP, texture)
    for i_face, face in enumerate(faces):
        _define_fine(int(gl.GL_TEXTURE_CUBE_MAP_POSITIVE_X) + i_face, face)
    return texture


def make_fine_plane(pixels: np.ndarray) -> gloo.Texture2D:
    """Upload a picture, (rows, columns) uint16, of one channel, without mipmaps."""
    texture = gloo.Texture2D((*pixels.shape, 1), interpolation="linear", wrapping="clamp_to_edge")
    bind_texture(gl.GL_TEXTURE_2D, texture)
    _define_fine(int(gl.GL_TEXTURE_2D), pixels)
    return texture


def _define_fine(target: int, pixels: np.ndarray) -> None:
    gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
    codes = np.ascontiguousarray(pixels)[..., np.newaxis]
    gl.glTexImage2D(target, 0, GL_LUMINANCE16, gl.GL_LUMINANCE, gl.GL_UNSIGNED_SHORT, codes)
    gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 4)


def update_cube_rows(texture: gloo.TextureCube, i_face: int, first_row: int, pixels: np.ndarray) -> None:
    """Replace whole rows, (rows, n) uint16, of one face of a cube of `make_fine_cube`.

    WORKAROUND: gloo can only change the same rows of all six faces.
    """
    bind_texture(gl.GL_TEXTURE_CUBE_MAP, texture)
    _replace_fine(int(gl.GL_TEXTURE_CUBE_MAP_POSITIVE_X) + i_face, first_row, pixels)


def update_plane_rows(texture: gloo.Texture2D, first_row: int, pixels: np.ndarray) -> None:
    """Replace whole rows, (rows, n) uint16, of a texture of `make_fine_plane`."""
    bind_texture(gl.GL_TEXTURE_2D, texture)
    _replace_fine(int(gl.GL_TEXTURE_2D), first_row, pixels)


def _replace_fine(target: int, first_row: int, pixels: np.ndarray) -> None:
    gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
    rows = np.ascontiguousarray(pixels)[..., np.newaxis]
    gl.glTexSubImage2D(target, 0, 0, first_row, gl.GL_LUMINANCE, gl.GL_UNSIGNED_SHORT, rows)
    gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 4)


def object_of(made: gloo.TextureCube | gloo.Texture2D | gloo.VertexBuffer | gloo.IndexBuffer | gloo.Program) -> Any:
    """Return what gloo keeps for something in OpenGL, `handle` among it, once all it holds back is sent."""
    context = gloo.get_current_canvas().context
    told.forget()
    context.glir.associate(made.glir)
    context.flush_commands()
    return context.shared.parser.get_object(made.id)


def flush() -> None:
    """Let gloo send what it holds back.

    WORKAROUND: it goes through all that it ever made even where it holds nothing back.
    """
    context = gloo.get_current_canvas().context
    if context.glir._shared._commands:
        context.flush_commands()


def handle_of(made: Any) -> int:
    """Return the name in OpenGL of a buffer or texture that gloo made."""
    handle = _handles.get(made)
    if handle is None:
        handle = _handles[made] = int(object_of(made).handle)
    return handle


def bind_texture(target: int, texture: gloo.TextureCube | gloo.Texture2D) -> None:
    """Make a texture the one that is changed next."""
    handle = handle_of(texture)
    told.textures.clear()
    gl.glBindTexture(target, handle)


def enable_seamless_cubes() -> None:
    """Filter across the edges of cube maps where the driver can."""
    extensions = str(gl.glGetParameter(gl.GL_EXTENSIONS) or "")
    if "seamless_cube_map" in extensions:
        gl.glEnable(GL_TEXTURE_CUBE_MAP_SEAMLESS)
