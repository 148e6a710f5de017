DROP TABLE school_policies;
DROP TABLE audit_logs;
DROP TABLE notifications;
DROP TABLE notification_templates;
