// The whole picture as one quad, with the sight line of each corner.
// a_corner : -1 to 1; u_focal : cotangents of the half fields of view; u_fixed_from_view : rotation (and stretch)
attribute vec2 a_corner;
uniform vec2 u_focal;
uniform mat3 u_fixed_from_view;
varying vec3 v_ray;

void main() {
  v_ray = u_fixed_from_view * vec3(a_corner / u_focal, -1.0);
  gl_Position = vec4(a_corner, 0.0, 1.0);
}
