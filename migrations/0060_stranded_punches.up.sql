-- Why: a device that was another kiosk before may still hold punches of that one. They
-- took the PIN away from every badge that they named, and nobody saw them. A kiosk
-- tells how many it holds. Where both kiosks are of one school they go to quarantine,
-- where an administrator resolves them; others wait until the device is that kiosk again.

ALTER TABLE kiosk_states ADD COLUMN stranded integer NOT NULL DEFAULT 0;

-- Which of these kiosks are of the same school, so that nothing but their names is sent
-- before that is known.
CREATE FUNCTION medstint.kiosks_of_school(credential text, kiosks text[]) RETURNS text[]
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
BEGIN
  RETURN ARRAY(SELECT x.id FROM public.kiosks x WHERE x.school_id = k.school_id AND x.id = ANY (kiosks) ORDER BY x.id);
END
$$;
GRANT EXECUTE ON FUNCTION medstint.kiosks_of_school(text, text[]) TO medstint_app;

-- As before, with the punches that another kiosk kept.
DROP FUNCTION medstint.kiosk_hello(text, text, timestamptz, integer, text);
CREATE FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamptz, waiting integer,
    stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text,
    OUT time_zone text, OUT server_clock timestamptz, OUT digit_lengths integer[], OUT other_lengths integer[])
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  before public.kiosk_states;
BEGIN
  SELECT k.id, k.name, s.name, c.name, l.name, c.time_zone INTO id, kiosk, school, site, location, time_zone
  FROM public.clinical_sites c JOIN public.schools s ON s.id = c.school_id
  LEFT JOIN public.clinical_site_locations l ON l.id = k.location_id
  WHERE c.id = k.clinical_site_id;
  SELECT f.digit_lengths, f.other_lengths INTO digit_lengths, other_lengths FROM medstint.badge_forms(k.school_id) f;
  server_clock := clock_timestamp();
  SELECT x.* INTO before FROM public.kiosk_states x WHERE x.kiosk_id = k.id FOR UPDATE;
  INSERT INTO public.kiosk_states AS x (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting, stranded,
    trouble)
  VALUES (k.id, k.school_id, server_clock, left(kiosk_hello.version, 40),
    greatest(-1e12, least(1e12, extract(epoch FROM device_clock - server_clock) * 1000))::bigint,
    greatest(kiosk_hello.waiting, 0), greatest(kiosk_hello.stranded, 0), kiosk_hello.trouble)
  ON CONFLICT (kiosk_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, version = excluded.version,
    clock_skew_ms = excluded.clock_skew_ms, waiting = excluded.waiting, stranded = excluded.stranded,
    trouble = excluded.trouble;
  -- Once a minute, so that whoever watches does not take a kiosk for silent that is not.
  IF before.kiosk_id IS NULL OR date_trunc('minute', before.last_seen_at) <> date_trunc('minute', server_clock)
     OR (before.version, before.waiting, before.stranded, before.trouble) IS DISTINCT FROM
       (left(kiosk_hello.version, 40), greatest(kiosk_hello.waiting, 0), greatest(kiosk_hello.stranded, 0),
        kiosk_hello.trouble) THEN
    PERFORM medstint.announce('kiosks', 'UPDATE', ARRAY[k.school_id], ARRAY[k.id]);
  END IF;
  IF kiosk_hello.trouble IS NOT NULL AND before.trouble IS DISTINCT FROM kiosk_hello.trouble THEN
    PERFORM medstint.begin_act(k.id, NULL);
    PERFORM medstint.write_event('kiosk.in_trouble', k.school_id, 'kiosks', k.id,
      jsonb_build_object('trouble', kiosk_hello.trouble), 'HELLO', 500);
    PERFORM medstint.notify('KIOSK_IN_TROUBLE', (SELECT jsonb_agg(jsonb_build_object('user_id', a,
      'key', 'kiosk:' || k.id || ':' || kiosk_hello.trouble || ':' || current_date,
      'about', 'kiosks/' || k.id,
      'data', jsonb_build_object('kiosk', kiosk, 'site', site, 'trouble', lower(kiosk_hello.trouble))))
      FROM medstint.administrators(k.school_id) a));
    PERFORM medstint.end_act();
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.kiosk_hello(text, text, timestamptz, integer, integer, text) TO medstint_app;

-- As before; what another kiosk of the school kept is quarantined as that one's, and what
-- one of another school kept is not taken.
CREATE OR REPLACE FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb)
  RETURNS TABLE (key text, outcome text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  arrived constant timestamptz := clock_timestamp();
  students constant text[] := ARRAY(SELECT DISTINCT (medstint.person_at_door(k.school_id, left(x.badge, 200))).id
    FROM jsonb_to_recordset(punches) AS x (badge text));
  p record;
  whose public.kiosks;
  student text;
  at timestamptz;
  unverified boolean;
  said text;
BEGIN
  PERFORM medstint.hold_punches(students);
  -- All rows that may be written, in one order.
  PERFORM FROM public.time_records t
  WHERE t.student_id = ANY (students) AND t.clock_out IS NULL AND t.status = 'PENDING' ORDER BY t.id FOR NO KEY UPDATE;
  FOR p IN SELECT x.*, to_timestamp(x.wall_ms / 1000.0) AS device_clock,
      to_timestamp((x.anchor ->> 'server_ms')::bigint / 1000.0) AS anchored_at, x.anchor ->> 'boot' AS anchor_boot,
      (x.anchor ->> 'monotonic_ms')::bigint AS anchor_ms
    FROM ROWS FROM (jsonb_to_recordset(punches) AS (key text, kiosk text, badge text, wall_ms bigint, boot text,
        monotonic_ms bigint, anchor jsonb, said jsonb)) WITH ORDINALITY
      AS x (key, kiosk, badge, wall_ms, boot, monotonic_ms, anchor, said, n) ORDER BY x.n
  LOOP
    key := p.key;
    SELECT x.* INTO whose FROM public.kiosks x WHERE x.id = coalesce(p.kiosk, k.id) AND x.school_id = k.school_id;
    -- Of another school's kiosk: it stays where it is.
    IF whose.id IS NULL THEN
      CONTINUE;
    END IF;
    SELECT CASE e.status WHEN 'RECORDED' THEN 'recorded' WHEN 'REPEATED' THEN 'repeated' ELSE 'quarantined' END
    INTO outcome
    FROM public.kiosk_punches e WHERE e.id = p.key AND e.kiosk_id = whose.id;
    IF FOUND THEN
      RETURN NEXT;
      CONTINUE;
    END IF;
    unverified := false;
    IF p.boot = sync_punches.boot AND p.monotonic_ms <= sync_punches.monotonic_ms THEN
      at := arrived - (sync_punches.monotonic_ms - p.monotonic_ms) * interval '1 millisecond';
    ELSIF p.boot = p.anchor_boot
      AND p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond' IS NOT NULL THEN
      -- Which may have been heard while the punch was asked for.
      at := p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond';
    ELSE
      at := p.device_clock;
      unverified := true;
    END IF;
    student := (medstint.person_at_door(k.school_id, left(p.badge, 200))).id;
    PERFORM medstint.begin_act(k.id, student, true);
    BEGIN
      said := coalesce(CASE WHEN whose.id <> k.id THEN 'another_kiosk' WHEN student IS NULL THEN 'unknown_badge'
        WHEN at > arrived + interval '1 minute' THEN 'in_the_future'
        WHEN at < greatest(arrived - interval '60 days', k.enrolled_at) THEN 'too_old'
        ELSE medstint.place_punch(k, student, left(p.badge, 200), p.key, at, p.device_clock, true, unverified,
          coalesce(p.said, '{}')) ->> 'status' END, 'refused');
    EXCEPTION
      WHEN deadlock_detected OR lock_not_available OR serialization_failure OR insufficient_resources
        OR operator_intervention THEN RAISE;
      -- A rule refused it: somebody decides what becomes of it.
      WHEN OTHERS THEN said := 'refused';
    END;
    IF said IN ('in', 'out') THEN
      SELECT lower(e.status) INTO outcome FROM public.kiosk_punches e WHERE e.id = p.key;
    ELSE
      PERFORM medstint.quarantine_punch(whose, student, left(p.badge, 200), p.key, greatest(at, '1970-01-01Z'),
        p.device_clock, unverified, said);
      outcome := 'quarantined';
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM medstint.begin_act(k.id, NULL);
  SET CONSTRAINTS medstint.reflag_wanted IMMEDIATE;
  PERFORM medstint.end_act();
END
$$;
