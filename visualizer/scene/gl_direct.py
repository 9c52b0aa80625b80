"""Many small draws of one program: a shorter way than gloo's from a value to the driver.

WORKAROUND: gloo takes about half a millisecond of Python for each draw. Compiling and uploading stay with it; here its
handles are used directly, and a value that the driver knows is not told again.
"""

from __future__ import annotations

import ctypes
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from vispy import gloo
from vispy.gloo import gl

from visualizer.scene import gl as door

Values = tuple[float, ...]


class DirectProgram:
    """A compiled program whose uniforms and buffers are set by their handles.

    Parameters
    ----------
    program : compiled by `gl.make_program`; do not set its uniforms or draw with it any more
    layout : of one vertex: fields of float32, named as the attributes
    """

    def __init__(self, program: gloo.Program, layout: np.dtype[np.void]) -> None:
        # Held, or gloo would delete what it compiled.
        self._program = program
        self._object = door.object_of(program)
        self._attributes = [
            (gl.glGetAttribLocation(self._object.handle, name), part.shape[0] if part.shape else 1, offset)
            for name, (part, offset) in ((name, layout.fields[name][:2]) for name in layout.names or ())
        ]
        self._stride = layout.itemsize
        self._places: dict[str, int] = {}
        self._told: dict[str, Values] = {}
        self._handles: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    def begin(self) -> None:
        """Make it the program in use, after whatever gloo still holds back."""
        gloo.get_current_canvas().context.flush_commands()
        self._object.activate()

    def end(self) -> None:
        """Leave the state that gloo expects."""
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, 0)
        gl.glBindBuffer(gl.GL_ELEMENT_ARRAY_BUFFER, 0)

    def set(self, name: str, values: Values) -> None:
        """Set a uniform: 1 to 4 floats, or 9 for a matrix of three rows."""
        if self._told.get(name) == values:
            return
        self._told[name] = values
        if name not in self._places:
            self._places[name] = gl.glGetUniformLocation(self._object.handle, name)
        place = self._places[name]
        if len(values) == 9:
            # OpenGL wants columns.
            columns = np.ascontiguousarray(np.reshape(values, (3, 3)).T, dtype=np.float32)
            gl.glUniformMatrix3fv(place, 1, False, columns)
        else:
            (gl.glUniform1f, gl.glUniform2f, gl.glUniform3f, gl.glUniform4f)[len(values) - 1](place, *values)

    def draw(self, vertices: gloo.VertexBuffer, indices: gloo.IndexBuffer, count: int) -> None:
        """Draw `count` indices (uint32) as triangles."""
        # Points that were handed to gloo since `begin` are still held back.
        gloo.get_current_canvas().context.flush_commands()
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._handle(vertices))
        for place, size, offset in self._attributes:
            gl.glEnableVertexAttribArray(place)
            gl.glVertexAttribPointer(place, size, gl.GL_FLOAT, False, self._stride, ctypes.c_void_p(offset))
        gl.glBindBuffer(gl.GL_ELEMENT_ARRAY_BUFFER, self._handle(indices))
        gl.glDrawElements(gl.GL_TRIANGLES, count, gl.GL_UNSIGNED_INT, None)

    def _handle(self, buffer: gloo.VertexBuffer | gloo.IndexBuffer) -> int:
        """Return a buffer's name in OpenGL, asked for once."""
        handle = self._handles.get(buffer)
        if handle is None:
            handle = self._handles[buffer] = int(door.object_of(buffer).handle)
        return handle
