DROP FUNCTION medstint.remind_of_clock_out(text);
DROP FUNCTION medstint.remind_of_rotation(text);
DROP FUNCTION medstint.missing_since();
DELETE FROM notification_templates WHERE id IN ('platform-record-missing', 'platform-clock-out-missing');
