"""What lies in graphics memory: textures with their mipmaps, buffers and renderbuffers, as OpenGL itself tells.

Everything that the current context can name is counted, whoever made it: in a window that is also what Qt draws into.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

from vispy.gloo import gl

# Names are given out from 1 upwards; so many in a row that are not in use mean that there are no more.
EMPTY_MOST: Final = 256
LEVELS_MOST: Final = 16
_WIDTH, _HEIGHT = 0x1000, 0x1001
# Sizes of a texel's parts in bits: red, green, blue, alpha, luminance, intensity, depth.
_TEXEL_PARTS: Final = (0x805C, 0x805D, 0x805E, 0x805F, 0x8060, 0x8061, 0x884A)
# The same of a renderbuffer: red, green, blue, alpha, depth, stencil.
_RENDER_PARTS: Final = (0x8D50, 0x8D51, 0x8D52, 0x8D53, 0x8D54, 0x8D55)
_RENDER_WIDTH, _RENDER_HEIGHT, _RENDER_SAMPLES = 0x8D42, 0x8D43, 0x8CAB
_BUFFER_SIZE: Final = 0x8764
_BINDINGS: Final = {int(gl.GL_TEXTURE_2D): 0x8069, int(gl.GL_TEXTURE_CUBE_MAP): 0x8514}


def gpu_bytes() -> dict[str, int]:
    """Return what the current context holds, bytes: `textures`, `buffers`, `renderbuffers` and `total`.

    Notes
    -----
    A texel of three bytes takes four, as drivers keep it. Framebuffers have no memory of their own: what is attached to
    them is counted. What the driver keeps beside (copies, padding) is not told by OpenGL.
    """
    found = {"textures": _textures(), "buffers": _buffers(), "renderbuffers": _renderbuffers()}
    return {**found, "total": sum(found.values())}


def _function(name: str, *arguments: Any) -> Any:
    return gl.gl2._get_gl_func(name, None, arguments)


def _names(is_one: Any) -> list[int]:
    """Return the names in use, of textures or of buffers."""
    names, name, empty = [], 1, 0
    while empty < EMPTY_MOST:
        if is_one(name):
            names.append(name)
            empty = 0
        else:
            empty += 1
        name += 1
    return names


def _asked(function: Any, *arguments: int) -> int:
    value = ctypes.c_int(0)
    function(*arguments, ctypes.byref(value))
    return value.value


def _textures() -> int:
    pointer = ctypes.POINTER(ctypes.c_int)
    level_of = _function("glGetTexLevelParameteriv", ctypes.c_uint, ctypes.c_int, ctypes.c_uint, pointer)
    bound = {target: int(gl.glGetParameter(binding)) for target, binding in _BINDINGS.items()}
    total = sum(_texture(name, level_of) for name in _names(gl.glIsTexture))
    for target, name in bound.items():
        gl.glBindTexture(target, name)
    return total


def _texture(name: int, level_of: Any) -> int:
    """Return the size of one texture: a square one or a cube, whichever it can be bound as."""
    for target in _BINDINGS:
        gl.glGetError()
        gl.glBindTexture(target, name)
        if gl.glGetError() == 0:
            is_cube = target == int(gl.GL_TEXTURE_CUBE_MAP)
            face = int(gl.GL_TEXTURE_CUBE_MAP_POSITIVE_X) if is_cube else target
            return (6 if is_cube else 1) * sum(_level(face, level, level_of) for level in range(LEVELS_MOST))
    return 0


def _level(target: int, level: int, level_of: Any) -> int:
    width, height = (_asked(level_of, target, level, part) for part in (_WIDTH, _HEIGHT))
    if width * height == 0:
        return 0
    return width * height * _whole_bytes(sum(_asked(level_of, target, level, part) for part in _TEXEL_PARTS))


def _whole_bytes(bits: int) -> int:
    """Return how many bytes texels of so many bits take: a power of two."""
    size = 1
    while 8 * size < bits:
        size *= 2
    return size


def _buffers() -> int:
    pointer = ctypes.POINTER(ctypes.c_int)
    size_of = _function("glGetBufferParameteriv", ctypes.c_uint, ctypes.c_uint, pointer)
    target, total = int(gl.GL_ARRAY_BUFFER), 0
    for name in _names(gl.glIsBuffer):
        gl.glBindBuffer(target, name)
        total += _asked(size_of, target, _BUFFER_SIZE)
    gl.glBindBuffer(target, 0)
    return total


def _renderbuffers() -> int:
    pointer = ctypes.POINTER(ctypes.c_int)
    part_of = _function("glGetRenderbufferParameteriv", ctypes.c_uint, ctypes.c_uint, pointer)
    target, total = int(gl.GL_RENDERBUFFER), 0
    for name in _names(gl.glIsRenderbuffer):
        gl.glBindRenderbuffer(target, name)
        width, height = (_asked(part_of, target, part) for part in (_RENDER_WIDTH, _RENDER_HEIGHT))
        samples = max(_asked(part_of, target, _RENDER_SAMPLES), 1)
        bits = sum(_asked(part_of, target, part) for part in _RENDER_PARTS)
        total += width * height * samples * _whole_bytes(bits)
    gl.glBindRenderbuffer(target, 0)
    return total
