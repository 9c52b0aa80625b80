// A spacecraft as the Sun sees it: depth toward the Sun over the craft's width.
// Attributes and uniforms as in craft.vert.
attribute vec3 a_position_m;
uniform mat3 u_body_from_part;
uniform vec3 u_part_m;
uniform mat3 u_shadow_from_body;
varying float v_depth;

void main() {
  vec3 place = u_shadow_from_body * (u_body_from_part * a_position_m + u_part_m);
  v_depth = place.z * 0.5 + 0.5;
  // Nearest the Sun is largest in place.z and must win the depth test, which keeps the smallest.
  gl_Position = vec4(place.xy, -place.z * 0.98, 1.0);
}
