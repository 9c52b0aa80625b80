// A segment as a quad whose width is a number of pixels, in view axes.
// u_size_px : of the picture; u_half_width_px : of the ribbon
// v_across_w, v_w : the fragment undoes the perspective with them, so that the width is even on the picture
#include "common/projection.glsl"

uniform vec2 u_size_px;
uniform float u_half_width_px;
varying float v_across_w;
varying float v_w;
varying float v_distance_km;

const float NEAR_KM = 0.0005;
// The edge is soft over a pixel, half of it outside.
#define RIBBON_PX (u_half_width_px + 0.6)

// `side` is -1 or 1; `end` is 0 at the segment's first end and 1 at its last.
vec4 ribbon_corner(vec3 here, vec3 there, float side, float end) {
  // An end behind the camera is drawn where its segment crosses a plane just before the camera.
  if (here.z > -NEAR_KM && there.z < -NEAR_KM) {
    here = mix(here, there, (here.z + NEAR_KM) / (here.z - there.z));
  } else if (there.z > -NEAR_KM && here.z < -NEAR_KM) {
    there = mix(there, here, (there.z + NEAR_KM) / (there.z - here.z));
  }
  vec4 clip = project(here);
  vec4 clip_there = project(there);
  vec2 pixel = u_size_px * 0.5;
  vec2 along = (clip_there.xy / clip_there.w - clip.xy / clip.w) * pixel * (1.0 - 2.0 * end);
  float length_px = length(along);
  vec2 direction = length_px > 1e-6 ? along / length_px : vec2(1.0, 0.0);
  float reach_px = RIBBON_PX;
  clip.xy += vec2(-direction.y, direction.x) * side * reach_px / pixel * clip.w;
  v_across_w = side * reach_px * clip.w;
  v_w = clip.w;
  v_distance_km = clip.w;
  return here.z < 0.0 ? clip : vec4(2.0, 2.0, 2.0, 1.0);
}
