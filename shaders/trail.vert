// A path as a ribbon: each segment is a quad whose width is a number of pixels.
// a_here_high/low, a_there_high/low : this end and the other end relative to the anchor, km, split into two floats
// a_time_s   : of this end, seconds after the path's own origin; a_kind : 0 coast, 1 burn, 2 ascent
// a_side     : -1 or 1, which edge; a_end : 0 at the segment's first end, 1 at its last
// u_camera_high/low : camera relative to the anchor, ICRF axes, km; u_view_from_icrf : rotation
// u_size_px  : of the picture; u_half_width_px : of the ribbon
attribute vec3 a_here_high;
attribute vec3 a_here_low;
attribute vec3 a_there_high;
attribute vec3 a_there_low;
attribute vec4 a_time_kind_side_end;
uniform vec3 u_camera_high;
uniform vec3 u_camera_low;
uniform mat3 u_view_from_icrf;
uniform vec2 u_size_px;
uniform float u_half_width_px;
varying float v_time_s;
varying float v_kind;
varying float v_across_w;
varying float v_w;
varying float v_distance_km;

#include "common/projection.glsl"

const float NEAR_KM = 0.0005;

void main() {
  vec3 here = u_view_from_icrf * ((a_here_high - u_camera_high) + (a_here_low - u_camera_low));
  vec3 there = u_view_from_icrf * ((a_there_high - u_camera_high) + (a_there_low - u_camera_low));
  float side = a_time_kind_side_end.z;
  // An end behind the camera is drawn where its segment crosses a plane just before the camera.
  if (here.z > -NEAR_KM && there.z < -NEAR_KM) {
    here = mix(here, there, (here.z + NEAR_KM) / (here.z - there.z));
  } else if (there.z > -NEAR_KM && here.z < -NEAR_KM) {
    there = mix(there, here, (there.z + NEAR_KM) / (there.z - here.z));
  }
  vec4 clip = project(here);
  vec4 clip_there = project(there);
  vec2 pixel = u_size_px * 0.5;
  vec2 along = (clip_there.xy / clip_there.w - clip.xy / clip.w) * pixel;
  along *= 1.0 - 2.0 * a_time_kind_side_end.w;
  float length_px = length(along);
  vec2 direction = length_px > 1e-6 ? along / length_px : vec2(1.0, 0.0);
  float reach_px = u_half_width_px + 1.0;
  clip.xy += vec2(-direction.y, direction.x) * side * reach_px / pixel * clip.w;
  // Times w, so that the fragment can undo the perspective: the width is even on the picture.
  v_across_w = side * reach_px * clip.w;
  v_w = clip.w;
  v_time_s = a_time_kind_side_end.x;
  v_kind = a_time_kind_side_end.y;
  v_distance_km = clip.w;
  gl_Position = here.z < 0.0 ? clip : vec4(2.0, 2.0, 2.0, 1.0);
}
