// The Earth's air beyond the ground's limb: a thin bright rim on the day side, red at the terminator. Drawn additively;
// the air before the ground is in earth.frag, with the same tints.
// u_camera_km : camera relative to the centre, km; u_sun_unit : direction to the Sun, same axes
// u_radius_km : of the ground; u_top_km : height of the drawn air
uniform vec3 u_camera_km;
uniform vec3 u_sun_unit;
uniform float u_radius_km;
uniform float u_top_km;
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/depth.glsl"

void main() {
  vec3 ray = normalize(v_relative_km);
  vec3 nearest = u_camera_km - dot(u_camera_km, ray) * ray;
  float impact_km = length(nearest);
  float height = (impact_km - u_radius_km) / u_top_km;
  float outside = exp(-max(height, 0.0) * 6.5) * clamp((1.0 - height) * 4.0, 0.0, 1.0);
  float to_sun = dot(normalize(nearest), u_sun_unit);
  float day = smoothstep(-0.22, 0.30, to_sun);
  vec3 tint = mix(vec3(0.85, 0.42, 0.22), vec3(0.34, 0.58, 0.98), smoothstep(-0.12, 0.22, to_sun));
  float strength = day * outside * step(0.0, height) * 0.46;
  gl_FragColor = vec4(tint * strength, 1.0);
  gl_FragDepth = log_depth(v_distance_km);
}
