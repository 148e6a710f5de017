DROP FUNCTION medstint.remind();
DROP TRIGGER e_notify_capacity ON clinical_sites;
DROP FUNCTION medstint.notify_capacity();
DROP TRIGGER e_notify_booked_update ON rotations;
DROP TRIGGER e_notify_booked_insert ON rotations;
DROP FUNCTION medstint.notify_booked();
DROP FUNCTION medstint.tell_over_capacity(text[]);
DROP TRIGGER e_notify_assessments ON assessments;
DROP FUNCTION medstint.notify_assessments();
DROP TRIGGER e_notify_assigned ON competency_assignments;
DROP FUNCTION medstint.notify_assigned();
DROP TRIGGER e_notify_decisions ON time_records;
DROP FUNCTION medstint.notify_decisions();
DROP FUNCTION medstint.administrators(text);
DROP FUNCTION medstint.notify(text, jsonb);
DROP FUNCTION medstint.filled(text, jsonb);
CREATE OR REPLACE FUNCTION medstint.audit_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(n.value ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN n.value ->> 'id' END),
         TG_ARGV[0] || '.created', TG_TABLE_NAME, coalesce(n.value ->> 'id', n.value ->> 'school_id'),
         medstint.audit_difference(NULL, n.value), c.ip_address, c.user_agent, c.endpoint, TG_OP, 201,
         medstint.audit_severity(TG_ARGV[0] || '.created')
  FROM (SELECT to_jsonb(r) AS value FROM new_rows r) n, medstint.audit_context() c;
  RETURN NULL;
END
$$;
DELETE FROM notification_templates WHERE school_id IS NULL AND id LIKE 'platform-%';
DROP INDEX notifications_unread_of_user;
DROP INDEX notifications_of_user;
DROP INDEX notifications_once;
ALTER TABLE notifications DROP COLUMN dedup_key;
