// Markers and planets as points of a fixed size on the picture.
// a_place : pixels from the lower left corner; a_colour : sRGB and alpha; a_size_shape : diameter in px, shape
uniform vec2 u_size_px;
attribute vec2 a_place;
attribute vec4 a_colour;
attribute vec2 a_size_shape;
varying vec4 v_colour;
varying vec2 v_size_shape;

void main() {
  v_colour = a_colour;
  v_size_shape = a_size_shape;
  gl_PointSize = a_size_shape.x;
  gl_Position = vec4(a_place / u_size_px * 2.0 - 1.0, 0.0, 1.0);
}
