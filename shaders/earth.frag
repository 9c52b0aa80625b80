// The Earth's surface: cloudless colour, glint on water, haze toward the limb, twilight.
// Uniforms as in moon.frag, in Earth-fixed axes; the body is a sphere here (see u_flattening in the mesh).
// u_colour : sRGB surface colour; u_water : 1 over open water
uniform vec3 u_camera_km;
uniform vec3 u_sun_unit;
uniform float u_exposure;
uniform float u_radius_km;
uniform float u_pixel_rad;
uniform samplerCube u_colour;
uniform samplerCube u_water;
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/depth.glsl"
#include "common/colour.glsl"

const float AIR_KM = 90.0;

void main() {
  vec3 ray = normalize(v_relative_km);
  vec3 up = normalize(v_relative_km + u_camera_km);
  float to_sun = dot(up, u_sun_unit);
  float to_eye = max(dot(up, -ray), 0.0);
  vec3 ground = decode_srgb(textureCube(u_colour, up).rgb);
  float water = textureCube(u_water, up).r;

  // Light at the ground reddens as the Sun sinks, and twilight reaches 6 degrees past the terminator.
  float sun = smoothstep(-0.10, 0.25, to_sun);
  vec3 sunlight = mix(vec3(0.95, 0.50, 0.30), vec3(1.0, 0.98, 0.95), smoothstep(0.0, 0.30, to_sun));
  vec3 light = sunlight * (max(to_sun, 0.0) * 0.92 + 0.08 * sun);
  vec3 colour = ground * light;

  vec3 halfway = normalize(u_sun_unit - ray);
  float glint = pow(max(dot(up, halfway), 0.0), 160.0) * 0.085 + pow(max(dot(up, halfway), 0.0), 24.0) * 0.022;
  colour += water * glint * sunlight * sun;

  float path = min(1.0 / (to_eye + 0.12), 6.0);
  vec3 haze = vec3(0.10, 0.22, 0.52) * (0.052 * path) * smoothstep(-0.12, 0.35, to_sun);
  colour = colour * (1.0 - 0.045 * path) + haze;
  vec3 nearest = u_camera_km - dot(u_camera_km, ray) * ray;
  float impact_km = length(nearest);
  float rim = exp(min((impact_km - u_radius_km) / AIR_KM, 0.0) * 1.1) * 0.46;
  float rim_sun = dot(nearest, u_sun_unit) / impact_km;
  vec3 tint = mix(vec3(0.85, 0.42, 0.22), vec3(0.34, 0.58, 0.98), smoothstep(-0.12, 0.22, rim_sun));
  float alpha = clamp((u_radius_km - impact_km) / (u_pixel_rad * length(v_relative_km)) + 0.5, 0.0, 1.0);
  vec3 screen = encode_srgb(tone_map(colour * u_exposure)) + tint * (rim * smoothstep(-0.22, 0.30, rim_sun));
  gl_FragColor = vec4(min(screen, 1.0), alpha);
  gl_FragDepth = log_depth(v_distance_km);
}
