// Exhaust in vacuum: gas that spreads wide at once and thins with the square of the distance; no flame. Summed along
// the line of sight.
// u_strength : brightness at the exit; u_reach : as in plume.vert
uniform float u_strength;
uniform float u_reach;
varying vec3 v_ray;
varying vec3 v_exit_km;
varying vec3 v_axis;
varying float v_radius_km;

#include "common/depth.glsl"

const int STEPS = 9;
const float SPREAD = 0.62;
const vec3 CORE = vec3(1.0, 0.90, 0.80);
const vec3 GAS = vec3(0.55, 0.68, 1.0);

// Gas at a place given in exit radii from the exit: far aside it falls off fast, along the axis as the square.
float gas(vec3 place) {
  float behind = dot(place, v_axis);
  float width = 0.85 + SPREAD * max(behind, 0.0);
  float aside = (dot(place, place) - behind * behind) / (width * width);
  float profile = 1.0 / (1.0 + aside * (1.0 + aside * (0.5 + aside * 0.6)));
  float thin = 1.0 / (1.0 + 0.9 * max(behind, 0.0) + 0.35 * behind * behind);
  return profile * thin * smoothstep(-0.15, 0.5, behind) * (1.0 - smoothstep(0.3 * u_reach, u_reach, length(place)));
}

void main() {
  vec3 ray = normalize(v_ray);
  // The line of sight is sampled most densely where it passes nearest the exit.
  float nearest = dot(v_exit_km, ray);
  float apart = max(length(v_exit_km - ray * nearest) / v_radius_km, 0.6);
  float light = 0.0;
  float near_exit = 0.0;
  float reach = 0.0;
  for (int i = 0; i < STEPS; i++) {
    float slope = tan((float(i) + 0.5) / float(STEPS) * 2.84 - 1.42);
    float at_km = nearest + apart * slope * v_radius_km;
    vec3 place = (ray * at_km - v_exit_km) / v_radius_km;
    float part = at_km > 0.0 ? gas(place) * apart * (1.0 + slope * slope) : 0.0;
    light += part;
    near_exit += part / (1.0 + dot(place, place));
    reach += part * at_km;
  }
  if (light < 0.004) discard;
  vec3 colour = mix(GAS, CORE, clamp(1.6 * near_exit / light, 0.0, 1.0));
  gl_FragColor = vec4(colour * (1.0 - exp(-light * u_strength * 0.16)), 1.0);
  gl_FragDepth = log_depth(-ray.z * reach / light);
}
