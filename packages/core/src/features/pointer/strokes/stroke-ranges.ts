/**
 * Lowest and highest value that counts, in the order of `STROKE_FEATURES`: round numbers that hold all but about one in a hundred
 * strokes of a web page and of a remote desktop. What is beyond counts as the end, so that one odd stroke decides nothing. They are
 * part of the extractor: other numbers here are another version of it.
 */
export const STROKE_RANGES: readonly (readonly [low: number, high: number])[] = [
  [1, 4.5], // log_points
  [4, 9], // log_duration
  [2, 8], // log_length
  [1, 8], // log_chord
  [0, 1], // straightness
  [-1, 1], // direction_cos
  [-1, 1], // direction_sin
  [-1, 1], // direction_cos2
  [-1, 1], // direction_sin2
  [-1.5, 1.5], // bow_mean
  [0, 3], // bow_mean_abs
  [0, 8], // bow_max
  [-4, 3], // log_speed_max
  [-4, 1], // log_speed_mean
  [0, 0.8], // speed_mean_to_max
  [0, 1], // peak_time
  [0, 1], // peak_place
  [-6, 0], // log_speed_p10
  [-5, 1], // log_speed_p50
  [-4, 3], // log_speed_p90
  [-5, 2], // log_speed_start
  [-6, 1], // log_speed_end
  [0, 3], // log_peaks
  [0, 2.5], // peak_rate
  [-12, 0], // log_acceleration
  [-12, 0], // log_deceleration
  [0, 1], // accelerating
  [0, 12], // log_jerk
  [-3, 4], // log_turning
  [0, 1.6], // turn_mean
  [0, 1], // turn_large
  [-6, 6], // turn_sum
  [0, 1.75], // turn_std
  [0, 0.5], // reversals_x
  [0, 0.5], // reversals_y
  [0, 0.6], // one_pixel_steps
  [0, 0.8], // vertical_steps
  [0, 1], // horizontal_steps
  [0, 0.4], // diagonal_steps
  [0, 1], // overshoot
  [0, 0.6], // start_slow
  [0, 0.8], // end_slow
  [0, 1], // end_small_steps
  [3, 8], // log_pause_before
  [1, 7], // log_pause_end
  [3.5, 5.5], // log_hold
  [0, 1], // is_click
  [0, 1], // is_drag
  [-1.2, 0.2], // curvature_slope
  [0, 1], // curvature_fit
  [0, 3], // speed_flicker
  [-1, 1], // speed_memory
  [-1, 5], // log_interval_std
  [-3, 2], // profile_1
  [-3, 2], // profile_2
  [-3, 2], // profile_3
  [-3, 2], // profile_4
  [-3, 1], // profile_5
  [-3, 1], // profile_6
  [0, 2.5], // turn_first
  [0, 3], // turn_middle
  [0, 3], // turn_last
  [1.5, 5.5], // log_interval
  [0, 1], // interval_short
  [0, 1], // interval_long
  [0, 1], // interval_regular
];
