"""The short way from a value to the driver: uniforms, buffers, textures and states set by their handles.

WORKAROUND: gloo takes about half a millisecond of Python for each draw. Compiling, making and deleting stay with it;
here its handles are used directly, and a value that the driver knows is not told again. What gloo holds back is sent
before a picture begins (`send_held`) and whenever something new is made.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from vispy import gloo
from vispy.gloo import gl

from visualizer.core.arrays import FloatArray
from visualizer.errors import ShaderError
from visualizer.scene import gl as door

Values = Sequence[float]
# What blending does: (source, destination) factors.
OVER: Final = (int(gl.GL_SRC_ALPHA), int(gl.GL_ONE_MINUS_SRC_ALPHA))
ADD: Final = (int(gl.GL_ONE), int(gl.GL_ONE))
ADD_SOFTLY: Final = (int(gl.GL_ONE), int(gl.GL_ONE_MINUS_SRC_COLOR))
# By a share that `glBlendColor` tells.
BY_SHARE: Final = (int(gl.GL_CONSTANT_ALPHA), int(gl.GL_ONE_MINUS_CONSTANT_ALPHA))
BEFORE: Final = (int(gl.GL_ONE), int(gl.GL_ONE_MINUS_SRC_ALPHA))
TRIANGLES, STRIP, POINTS = int(gl.GL_TRIANGLES), int(gl.GL_TRIANGLE_STRIP), int(gl.GL_POINTS)
_TEXTURE0: Final = int(gl.GL_TEXTURE0)
_ARRAY, _ELEMENTS, _DYNAMIC = int(gl.GL_ARRAY_BUFFER), int(gl.GL_ELEMENT_ARRAY_BUFFER), int(gl.GL_DYNAMIC_DRAW)
_FLOAT, _UINT, _USHORT = int(gl.GL_FLOAT), int(gl.GL_UNSIGNED_INT), int(gl.GL_UNSIGNED_SHORT)
# Places in a vertex as the driver takes them, made once.
_OFFSETS: Final = {offset: ctypes.c_void_p(offset) for offset in range(0, 256, 4)}
_DEPTH_TEST, _BLEND, _CULL, _SCISSOR = (
    int(one) for one in (gl.GL_DEPTH_TEST, gl.GL_BLEND, gl.GL_CULL_FACE, gl.GL_SCISSOR_TEST)
)
_COLOUR_BIT, _DEPTH_BIT = int(gl.GL_COLOR_BUFFER_BIT), int(gl.GL_DEPTH_BUFFER_BIT)
# A uniform at -1 is none: nothing is set. With these VisPy looks for the functions behind its own.
_ONE_MATRIX: Final = (-1, 1, False, np.eye(3, dtype=np.float32))
_ARRAYS: Final = {2: (gl.glUniform2fv, (-1, 1, (0.0, 0.0))), 4: (gl.glUniform4fv, (-1, 1, (0.0, 0.0, 0.0, 0.0)))}
# The first attribute's place, which is told anew at once.
_ONE_POINTER: Final = (0, 1, _FLOAT, False, 4, _OFFSETS[0])
_UNIFORMS: Final = (gl.glUniform1f, gl.glUniform2f, gl.glUniform3f, gl.glUniform4f)
# What the driver was told last, until gloo has its turn.
_told: Final = door.told


def send_held() -> None:
    """Let gloo send what it holds back: before direct calls that must come after it, and when a picture begins."""
    _told.forget()
    door.flush()


def set_state(
    *, depth: bool, blend: tuple[int, int] | None = None, writes_depth: bool = True, culls: bool = False
) -> None:
    """Choose how the next draws meet what is there.

    Parameters
    ----------
    depth : whether nearer things hide what is drawn; only then can depth be written
    blend : factors, or None where what is drawn replaces what is there
    culls : whether triangles that face away are left out
    """
    wanted = (depth, blend, writes_depth, culls)
    if wanted == _told.state:
        return
    was_depth, was_blend, was_writing, was_culling = _told.state or (None, 0, None, None)
    _told.state = wanted
    if depth is not was_depth:
        (gl.glEnable if depth else gl.glDisable)(_DEPTH_TEST)
    if culls is not was_culling:
        (gl.glEnable if culls else gl.glDisable)(_CULL)
    if writes_depth is not was_writing:
        gl.glDepthMask(writes_depth)
    if blend != was_blend:
        _set_blend(blend)


def _set_blend(blend: tuple[int, int] | None) -> None:
    if blend is None:
        gl.glDisable(_BLEND)
    else:
        gl.glEnable(_BLEND)
        gl.glBlendFunc(*blend)


def set_viewport(left: int, bottom: int, width: int, height: int, *, is_cut: bool) -> None:
    """Choose where pictures lie in the framebuffer, and whether drawing is limited to that rectangle."""
    gl.glViewport(left, bottom, width, height)
    set_cut((left, bottom, width, height) if is_cut else None)


def set_cut(box: tuple[int, int, int, int] | None) -> None:
    """Limit drawing to a rectangle (left, bottom, width, height), or to none."""
    if box is None:
        gl.glDisable(_SCISSOR)
    else:
        gl.glEnable(_SCISSOR)
        gl.glScissor(*box)


def clear(colour: tuple[float, float, float] | None, *, depth: bool) -> None:
    """Fill what may be drawn on with a colour and the farthest depth, or with one of the two."""
    if colour is not None:
        gl.glClearColor(*colour, 1.0)
    if depth:
        gl.glDepthMask(True)
        _told.state = None
    gl.glClear((_COLOUR_BIT if colour is not None else 0) | (_DEPTH_BIT if depth else 0))


def _native(function: Any, example: tuple[Any, ...]) -> Callable[..., None]:
    """Return OpenGL's own function behind one of VisPy's, which looks for it when it is first called."""
    try:
        return function._native  # type: ignore[no-any-return]
    except AttributeError:
        function(*example)
        return function._native  # type: ignore[no-any-return]


def _floats(values: FloatArray) -> ctypes.Array[ctypes.c_float]:
    """Return numbers as OpenGL takes them, in their order: VisPy's way, one by one, takes ten times as long."""
    packed = np.array(values, dtype=np.float32, order="C")
    return _vector_type(packed.size).from_buffer(packed)


@cache
def _vector_type(count: int) -> type[ctypes.Array[ctypes.c_float]]:
    return ctypes.c_float * count


class DynamicBuffer:
    """Vertices that change from frame to frame.

    Attributes
    ----------
    buffer : gloo's, which gives it back
    """

    def __init__(self, layout: np.dtype[Any]) -> None:
        self.buffer = gloo.VertexBuffer(np.zeros(1, dtype=layout))
        self._stride = layout.itemsize

    def send(self, vertices: npt.NDArray[Any]) -> None:
        """Replace its vertices, as many as there are now."""
        gl.glBindBuffer(_ARRAY, door.handle_of(self.buffer))
        gl.glBufferData(_ARRAY, vertices, _DYNAMIC)

    def make_room(self, count: int) -> None:
        """Let it have room for so many vertices; what was in it is lost."""
        gl.glBindBuffer(_ARRAY, door.handle_of(self.buffer))
        gl.glBufferData(_ARRAY, count * self._stride, _DYNAMIC)

    def put(self, first: int, vertices: npt.NDArray[Any]) -> None:
        """Replace some of its vertices, from the one with this number on."""
        gl.glBindBuffer(_ARRAY, door.handle_of(self.buffer))
        gl.glBufferSubData(_ARRAY, first * self._stride, vertices)


class DynamicIndices:
    """Indices that change from frame to frame.

    Attributes
    ----------
    buffer : gloo's, which gives it back
    """

    def __init__(self) -> None:
        self.buffer = gloo.IndexBuffer(np.zeros(1, dtype=np.uint32))

    def send(self, indices: npt.NDArray[np.uint32]) -> None:
        """Replace its indices, as many as there are now."""
        gl.glBindBuffer(_ELEMENTS, door.handle_of(self.buffer))
        gl.glBufferData(_ELEMENTS, indices, _DYNAMIC)


Vertices = gloo.VertexBuffer | DynamicBuffer
Indices = gloo.IndexBuffer | DynamicIndices
CORNER: Final = np.dtype([("a_corner", np.float32, 2)])


def square() -> gloo.VertexBuffer:
    """Return the corners of a square from -1 to 1, (4,) `CORNER`, as a `STRIP`."""
    return gloo.VertexBuffer(np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=np.float32).view(CORNER)[:, 0])


class DirectProgram:
    """A compiled program whose uniforms, textures and buffers are set by their handles.

    Parameters
    ----------
    program : compiled by `gl.make_program`; do not set its uniforms or draw with it any more
    layout : of one vertex: fields of float32, named as the attributes
    """

    def __init__(self, program: gloo.Program, layout: np.dtype[Any]) -> None:
        # Held, or gloo would delete what it compiled.
        self._program = program
        self._object = door.object_of(program)
        located = [
            (gl.glGetAttribLocation(self._object.handle, name), part.shape[0] if part.shape else 1, offset)
            for name, (part, offset) in ((name, layout.fields[name][:2]) for name in layout.names or ())
        ]
        # What a variant of a shader does not use has no place.
        self._attributes = [(place, size, offset) for place, size, offset in located if place >= 0]
        self._own_places = {place for place, _, _ in self._attributes}
        self._stride = layout.itemsize
        self._places: dict[str, int] = {}
        self._told: dict[str, Any] = {}
        # Unit, target and handle; the texture itself is held, or gloo would delete it.
        self._textures: dict[str, tuple[int, int, int, gloo.Texture2D | gloo.TextureCube]] = {}

    def begin(self) -> None:
        """Make it the program in use."""
        self._object.activate()

    def set(self, name: str, *values: float) -> None:
        """Set a uniform of 1 to 4 floats; after `begin`."""
        if self._told.get(name) != values:
            self._told[name] = values
            _UNIFORMS[len(values) - 1](self._place(name), *values)

    def set_vector(self, name: str, vector: FloatArray) -> None:
        """Set a uniform from an array of 2 to 4 numbers."""
        self.set(name, *vector.tolist())

    def set_matrix(self, name: str, matrix: FloatArray) -> None:
        """Set a `mat3` from an array, (3, 3), whose rows are what multiplies a column."""
        known = matrix.tobytes()
        if self._told.get(name) != known:
            self._told[name] = known
            # OpenGL wants columns.
            _native(gl.glUniformMatrix3fv, _ONE_MATRIX)(self._place(name), 1, False, _floats(matrix.T))

    def set_vectors(self, name: str, vectors: FloatArray) -> None:
        """Set the first of an array of `vec2` or `vec4`, (n, 2) or (n, 4)."""
        count, size = vectors.shape
        function, example = _ARRAYS[size]
        _native(function, example)(self._place(name), count, _floats(vectors))

    def set_texture(self, name: str, texture: gloo.Texture2D | gloo.TextureCube) -> None:
        """Let a sampler read a texture; each sampler of a program has a unit of its own."""
        held = self._textures.get(name)
        if held is not None and held[3] is texture:
            return
        unit = len(self._textures) if held is None else held[0]
        found = door.object_of(texture)
        self._textures[name] = (unit, int(found._target), int(found.handle), texture)
        if held is None:
            self._object.activate()
            gl.glUniform1i(self._place(name), unit)

    def draw(self, vertices: Vertices, indices: Indices, count: int) -> None:
        """Draw `count` indices (uint32) as triangles; after `begin`."""
        elements = door.handle_of(indices.buffer if isinstance(indices, DynamicIndices) else indices)
        self._bind(vertices)
        gl.glBindBuffer(_ELEMENTS, elements)
        gl.glDrawElements(TRIANGLES, count, _UINT, None)

    def draw_short(self, vertices: Vertices, first: int, indices: gloo.IndexBuffer, count: int) -> None:
        """Draw `count` indices (uint16) as triangles, which count from the vertex `first`; after `begin`."""
        elements = door.handle_of(indices)
        self._bind(vertices, first)
        gl.glBindBuffer(_ELEMENTS, elements)
        gl.glDrawElements(TRIANGLES, count, _USHORT, None)

    def draw_all(self, vertices: Vertices, count: int, kind: int) -> None:
        """Draw the first `count` vertices as `TRIANGLES`, `STRIP` or `POINTS`; after `begin`."""
        self._bind(vertices)
        gl.glDrawArrays(kind, 0, count)

    def _bind(self, vertices: Vertices, first: int = 0) -> None:
        """Let textures and attributes be read from where they are, as far as they are not yet."""
        buffer = door.handle_of(vertices.buffer if isinstance(vertices, DynamicBuffer) else vertices)
        bound = _told.textures
        for unit, target, handle, _ in self._textures.values():
            if bound.get(unit) != handle:
                bound[unit] = handle
                gl.glActiveTexture(_TEXTURE0 + unit)
                gl.glBindTexture(target, handle)
        if _told.enabled != self._own_places:
            self._enable()
        source = (id(self), buffer, first)
        if _told.source == source:
            return
        _told.source = source
        gl.glBindBuffer(_ARRAY, buffer)
        point = _native(gl.glVertexAttribPointer, _ONE_POINTER)
        for place, size, offset in self._attributes:
            start = ctypes.c_void_p(offset + first * self._stride) if first else _OFFSETS[offset]
            point(place, size, _FLOAT, False, self._stride, start)

    def _enable(self) -> None:
        """Let this program's attributes be read from buffers, and no others: these may be too short by now, or gone."""
        surely, maybe = (set(), _told.ever_enabled) if _told.enabled is None else (_told.enabled, _told.enabled)
        for place in maybe - self._own_places:
            gl.glDisableVertexAttribArray(place)
        for place in self._own_places - surely:
            gl.glEnableVertexAttribArray(place)
        _told.enabled = set(self._own_places)
        _told.ever_enabled |= self._own_places

    def _place(self, name: str) -> int:
        if name not in self._places:
            place = gl.glGetUniformLocation(self._object.handle, name)
            # What a variant leaves out has no place, and setting it does nothing; a name that no variant has is a slip.
            if place < 0 and not any(re.search(rf"\b{name}\b", one.code) for one in self._program.shaders):
                raise ShaderError(f"{name}: no uniform of this program")
            self._places[name] = place
        return self._places[name]
