// A spacecraft: sunlight with metal's and foil's gleam, its own shadow, and what the ground below sends up.
// All directions are in body axes. u_camera_m : camera, body axes, metres
// u_sun, u_ground : unit vectors; u_sunlight : 0 in a body's shadow to 1
// u_ground_light : light of the ground, linear colour; u_ground_cosine : of the angle that the ground's disc spans
// u_shadow : depth toward the Sun as three bytes; u_shadow_texel : 1 / its width; 0 where there is none
// u_foil : lean of foil's facets, tiled; u_foil_scale : tiles per metre; u_foil_fade : 0 where facets are below a pixel
uniform vec3 u_camera_m;
uniform vec3 u_sun;
uniform vec3 u_ground;
uniform float u_sunlight;
uniform vec3 u_ground_light;
uniform float u_ground_cosine;
uniform sampler2D u_shadow;
uniform float u_shadow_texel;
uniform sampler2D u_foil;
uniform float u_foil_fade;
varying vec3 v_place_m;
varying vec3 v_normal;
varying vec3 v_part_m;
varying vec3 v_part_normal;
varying vec4 v_colour;
varying vec3 v_surface;
varying vec3 v_shadow;
varying float v_distance_km;

#include "common/depth.glsl"
#include "common/colour.glsl"

const float SUN = 2.3;
const float DARKEST = 0.016;
const float FOIL_SCALE = 1.2;

float depth_at(vec2 place) {
  return dot(texture2D(u_shadow, place).rgb, vec3(1.0, 1.0 / 255.0, 1.0 / 65025.0));
}

// How much of the Sun reaches a place past the craft's other parts: four texels, weighted.
float sun_seen() {
  if (u_shadow_texel <= 0.0) return 1.0;
  vec2 cell = v_shadow.xy / u_shadow_texel - 0.5;
  vec2 part = fract(cell);
  vec2 low = (floor(cell) + 0.5) * u_shadow_texel;
  float depth = v_shadow.z + 0.0015;
  vec4 free = vec4(
      step(depth_at(low), depth), step(depth_at(low + vec2(u_shadow_texel, 0.0)), depth),
      step(depth_at(low + vec2(0.0, u_shadow_texel)), depth), step(depth_at(low + vec2(u_shadow_texel)), depth));
  vec2 rows = mix(free.xz, free.yw, part.x);
  return mix(rows.x, rows.y, part.y);
}

vec3 crinkled(vec3 normal, float lean) {
  vec3 side = abs(v_part_normal);
  vec2 place = side.z > max(side.x, side.y) ? v_part_m.xy : (side.x > side.y ? v_part_m.yz : v_part_m.zx);
  vec2 tilt = (texture2D(u_foil, place * FOIL_SCALE).rg - 0.5) * 2.0 * lean * u_foil_fade;
  vec3 first = normalize(cross(normal, abs(normal.z) < 0.8 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0)));
  return normalize(normal + first * tilt.x + cross(normal, first) * tilt.y);
}

void main() {
  vec3 to_eye = normalize(u_camera_m - v_place_m);
  vec3 normal = normalize(v_normal);
  if (dot(normal, to_eye) < 0.0) normal = -normal;
  vec3 smooth_normal = normal;
  if (v_surface.z > 0.0) normal = crinkled(normal, v_surface.z);
  float metal = v_surface.x;
  // Facets below a pixel act as a rougher surface.
  float rough = clamp(v_surface.y + v_surface.z * (1.0 - u_foil_fade) * 0.6, 0.08, 1.0);
  float sky = v_colour.a;
  vec3 diffuse = v_colour.rgb * (1.0 - metal);
  vec3 mirror = mix(vec3(0.04), v_colour.rgb, metal);

  float lit = max(dot(normal, u_sun), 0.0) * smoothstep(-0.02, 0.10, dot(smooth_normal, u_sun));
  float sun = lit > 0.0 && u_sunlight > 0.0 ? u_sunlight * sun_seen() : 0.0;
  vec3 halfway = normalize(u_sun + to_eye);
  float a2 = rough * rough * rough * rough;
  float cos_n = max(dot(normal, halfway), 0.0);
  float cos_l = max(dot(u_sun, halfway), 0.1);
  float bell = cos_n * cos_n * (a2 - 1.0) + 1.00001;
  float gleam = min(a2 / (bell * bell * cos_l * cos_l * (rough * 4.0 + 2.0)), 14.0);
  vec3 light = (diffuse + mirror * gleam) * (lit * sun * SUN);

  // The ground's disc as a lamp from below, and as what metal mirrors; beyond it the sky is black.
  float wide = 1.0 - u_ground_cosine * u_ground_cosine;
  float below = dot(normal, u_ground);
  float caught = wide * mix(max(below, 0.0), 0.5 + 0.5 * below, wide);
  float soft = 0.04 + 0.7 * rough * rough;
  vec3 away = reflect(-to_eye, normal);
  // A rough mirror spreads a small disc's light over a wider one.
  float share = (1.0 - u_ground_cosine) / (1.0 - u_ground_cosine + soft);
  float seen = share * smoothstep(u_ground_cosine - soft, u_ground_cosine + soft, dot(away, u_ground));
  float rim = pow(1.0 - max(dot(normal, to_eye), 0.0), 5.0) * (1.0 - rough);
  vec3 reflected = (mirror + (vec3(1.0) - mirror) * rim) * seen;
  light += (diffuse * caught + reflected) * u_ground_light * sky;
  // A last trace of light, so that a shape never sinks into the sky altogether; and light passed on inside folds.
  light += (diffuse + mirror * 0.6) * (DARKEST * (0.35 + 0.65 * sky));
  light += (diffuse + mirror * 0.5) * (0.05 * u_sunlight * sky * (0.5 + 0.5 * dot(smooth_normal, u_sun)));

  gl_FragColor = vec4(encode_srgb(tone_map(light)), 1.0);
  gl_FragDepth = log_depth(v_distance_km);
}
