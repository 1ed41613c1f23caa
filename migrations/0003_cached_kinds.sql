-- Cached audio and cached images, which some models charge at prices of their own. What is stored already has neither:
-- it was counted as `cache_read`, at whose price it was charged.

ALTER TABLE events ADD COLUMN cache_read_audio bigint, ADD COLUMN cache_read_image bigint;
ALTER TABLE usage_by_quarter ADD COLUMN cache_read_audio bigint, ADD COLUMN cache_read_image bigint;

-- Events in the shape of the rollups, as before, with the two.
DROP VIEW event_usage;
CREATE VIEW event_usage AS
SELECT
    e.project_id,
    e.time,
    date_bin('15 minutes', e.time, '2000-01-01 00:00:00+00') AS quarter,
    e.offering_id,
    a.key_id,
    e.outcome,
    a.user_name,
    a.tags,
    1::bigint AS event_count,
    (coalesce(e.billed_cost, e.reported_cost, e.computed_cost) IS NULL)::integer::bigint AS unpriced_count,
    e.is_partly_priced::integer::bigint AS partly_priced_count,
    e.input, e.cache_read, e.cache_write_5m, e.cache_write_30m, e.cache_write_1h, e.cache_write_12h,
    e.input_audio, e.input_image, e.input_video, e.output, e.reasoning, e.output_audio, e.output_image,
    e.output_video, e.images, e.megapixels, e.audio_seconds, e.video_seconds, e.compute_seconds, e.characters,
    e.requests, e.web_searches, e.search_units, e.billable_units, e.cache_read_audio, e.cache_read_image,
    coalesce(e.billed_cost, 0) AS billed_cost,
    CASE WHEN e.billed_cost IS NULL THEN coalesce(e.reported_cost, 0) ELSE 0 END AS reported_cost,
    CASE WHEN e.billed_cost IS NULL AND e.reported_cost IS NULL THEN coalesce(e.computed_cost, 0) ELSE 0 END
        AS computed_cost,
    coalesce(e.computed_cost, 0) AS list_cost
FROM events e
JOIN attributions a USING (attribution_id);
