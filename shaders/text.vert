// Text as quads from a glyph atlas.
// a_place : pixels from the lower left corner; a_texture : 0 to 1; a_colour : sRGB and alpha
uniform vec2 u_size_px;
attribute vec2 a_place;
attribute vec2 a_texture;
attribute vec4 a_colour;
varying vec2 v_texture;
varying vec4 v_colour;

void main() {
  v_texture = a_texture;
  v_colour = a_colour;
  gl_Position = vec4(a_place / u_size_px * 2.0 - 1.0, 0.0, 1.0);
}
