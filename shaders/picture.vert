// A picture that was drawn into a texture, over the whole viewport.
// a_corner : of the viewport, -1 to 1
attribute vec2 a_corner;
varying vec2 v_place;

void main() {
  v_place = a_corner * 0.5 + 0.5;
  gl_Position = vec4(a_corner, 0.0, 1.0);
}
