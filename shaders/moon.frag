// The Moon's surface in the light of Sun and Earth.
// HAS_SOUTH: the finer polar maps count; HAS_ECLIPSE: the Earth's shadow may fall on it.
// HAS_PATCHES: depth comes with the vertices; HAS_SOFT_LIMB: the sphere's limb is softened, not that of mountains.
// HAS_DETAIL: the ground is near, so finer relief than the maps' is drawn.
//
// u_camera_km       : camera relative to the centre, Moon-fixed axes, km
// u_sun_unit, u_earth_km : direction to the Sun and place of the Earth, from the Moon's centre, Moon-fixed axes
// u_earthshine      : light of the Earth relative to the Sun's
// u_exposure        : scene light to screen light
// u_radius_km       : of the sphere whose limb is softened
// u_pixel_rad       : angle of a pixel; u_softness : how much the limb is softened, 0 to 1
// u_albedo          : sRGB of normal albedo / 0.30; u_slope : tangent gradient, coded by signed square root
// u_horizon         : elevation of the ground toward the Sun, code v: -2 + 32 v^2 degrees
// u_south_horizon   : the same on the polar square; u_south : half its width (km), weight of the square
uniform vec3 u_camera_km;
uniform vec3 u_sun_unit;
uniform vec3 u_earth_km;
uniform float u_earthshine;
uniform float u_exposure;
uniform float u_radius_km;
uniform float u_pixel_rad;
uniform float u_softness;
uniform samplerCube u_albedo;
uniform samplerCube u_slope;
uniform samplerCube u_horizon;
#ifdef HAS_SOUTH
uniform sampler2D u_south_horizon;
uniform vec2 u_south;
#endif
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/depth.glsl"
#include "common/colour.glsl"
#ifdef HAS_DETAIL
#include "common/ground_detail.glsl"
varying vec3 v_along_x;
varying vec3 v_along_y;
#endif
#ifdef HAS_ECLIPSE
#include "common/eclipse.glsl"
#endif

const float ALBEDO_FULL = 0.30;
const float SLOPE_FULL = 0.8;
const float SUN_RAD = 0.004653;
// Light that sunlit ground throws into its neighbours' shadows, relative to the Sun's.
const float BOUNCE = 0.007;

// The part of the Sun's disc above the ground around.
float sun_over_ground(vec3 up, float sun_sine) {
  float code = textureCube(u_horizon, up).r;
#ifdef HAS_SOUTH
  vec2 plane = up.yx * (2.0 * 1737.4 / max(1.0 - up.z, 0.01));
  vec2 edge = abs(plane);
  float weight = clamp((u_south.x - max(edge.x, edge.y)) / 40.0, 0.0, 1.0) * u_south.y * step(up.z, 0.0);
  vec2 place = vec2(0.5 + 0.5 * plane.x / u_south.x, 0.5 - 0.5 * plane.y / u_south.x);
  code = mix(code, texture2D(u_south_horizon, place).r, weight);
#endif
  float horizon_rad = -0.034907 + 0.558505 * code * code;
  // Sine and cosine of up to half a radian by their series.
  float square = horizon_rad * horizon_rad;
  float above = sun_sine - horizon_rad * (1.0 - square / 6.0);
  float t = clamp(above / ((1.0 - 0.5 * square) * SUN_RAD), -1.0, 1.0);
  return 0.5 + t * (0.6366 - 0.1366 * t * t);
}

// McEwen (1996): from Lommel-Seeliger at small phase to Lambert at large; the surge is the opposition effect.
float reflectance(float to_sun, float to_eye, float cos_phase) {
  float away = 1.0 - cos_phase;
  // The phase angle by its series about zero, good to a degree up to a right angle.
  float phase = sqrt(2.0 * away) * (1.0 + away * (0.08333 + away * 0.01875));
  float blend = max(1.0 + phase * (-1.0886 + phase * (0.7945 - phase * 0.2746)), 0.0);
  float seeliger = 2.0 * to_sun / (to_sun + to_eye + 0.001);
  float surge = 1.0 + 0.32 * exp(-phase * 7.0);
  return surge * mix(to_sun, seeliger, blend);
}

void main() {
  vec3 ray = normalize(v_relative_km);
  vec3 up = normalize(v_relative_km + u_camera_km);
  vec3 code = textureCube(u_slope, up).rgb * 2.0 - 1.0039;
  vec3 gradient = code * abs(code) * SLOPE_FULL;
  float tone = 1.0;
#ifdef HAS_DETAIL
  float footprint_km = u_pixel_rad * v_distance_km / sqrt(max(dot(up, -ray), 0.05));
  vec3 detail = ground_detail(footprint_km);
  gradient += detail.x * v_along_x + detail.y * v_along_y;
  tone += detail.z;
#endif
  vec3 normal = normalize(up - gradient);
  float sun_sine = dot(up, u_sun_unit);
  float to_eye = max(dot(normal, -ray), 0.03);
  float lit = max(dot(normal, u_sun_unit), 0.0);
  float day = sun_over_ground(up, sun_sine);

  vec3 light = vec3(day * reflectance(lit, to_eye, dot(-ray, u_sun_unit)));
  light += BOUNCE * smoothstep(-0.02, 0.25, sun_sine);
#ifdef HAS_ECLIPSE
  light *= sun_past_earth(up * u_radius_km, u_sun_unit, u_earth_km);
#endif
  light += u_earthshine * max(dot(normal, normalize(u_earth_km)), 0.0);

  vec3 albedo = decode_srgb(textureCube(u_albedo, up).rgb) * (ALBEDO_FULL * tone);
  vec3 colour = encode_srgb(tone_map(albedo * light * u_exposure));
  float alpha = 1.0;
#ifdef HAS_SOFT_LIMB
  float impact_km = length(cross(u_camera_km, ray));
  float pixel_km = u_pixel_rad * length(v_relative_km);
  alpha = mix(1.0, clamp((u_radius_km - impact_km) / pixel_km + 0.5, 0.0, 1.0), u_softness);
#endif
  gl_FragColor = vec4(colour, alpha);
#ifndef HAS_PATCHES
  gl_FragDepth = log_depth(v_distance_km);
#endif
}
