// A line's colour, fading where its globe turns away. It is drawn a little nearer than it lies, over low hills.
// u_colour : sRGB, straight alpha; u_nearer : by what part of its distance
uniform vec4 u_colour;
uniform float u_half_width_px;
uniform float u_nearer;
varying float v_across_w;
varying float v_w;
varying float v_distance_km;
varying float v_facing;

#include "common/depth.glsl"

void main() {
  float edge = clamp(u_half_width_px + 0.5 - abs(v_across_w / v_w), 0.0, 1.0) * smoothstep(0.0, 0.18, v_facing);
  if (edge <= 0.0) discard;
  gl_FragColor = vec4(u_colour.rgb, u_colour.a * edge);
  gl_FragDepth = log_depth(v_distance_km * (1.0 - u_nearer)) - 1e-6;
}
