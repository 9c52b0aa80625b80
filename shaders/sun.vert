// The Sun and its glare on one square.
// a_corner : -1 to 1; u_centre_view : direction to the Sun in view axes; u_half : half side as a tangent
attribute vec2 a_corner;
uniform vec3 u_centre_view;
uniform float u_half;
varying vec2 v_corner;

#include "common/projection.glsl"

void main() {
  v_corner = a_corner;
  vec3 right = normalize(cross(vec3(0.0, 1.0, 0.0), u_centre_view));
  vec3 up = cross(u_centre_view, right);
  gl_Position = project(u_centre_view + (right * a_corner.x + up * a_corner.y) * u_half);
}
