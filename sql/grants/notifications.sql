-- What the roles may do with notifications. Columns that are not named are closed.

GRANT SELECT, INSERT, UPDATE, DELETE ON notification_templates TO medstint_web;
GRANT SELECT (id, school_id, type, title, message, category, priority, is_active, created_at, updated_at)
  ON notification_templates TO medstint_app;
GRANT INSERT (school_id, type, title, message, category, priority) ON notification_templates TO medstint_app;
GRANT UPDATE (title, message, priority, is_active) ON notification_templates TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON notifications TO medstint_web;
GRANT SELECT (id, school_id, user_id, type, title, message, is_read, priority, category, action_url, created_at,
  updated_at) ON notifications TO medstint_app;
GRANT UPDATE (is_read) ON notifications TO medstint_app;
