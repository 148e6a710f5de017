//! People, their accounts, keys and sessions, and their notifications.

use super::{Listing, Order};
use crate::domain::account::Account;
use crate::domain::delegation::Delegation;
use crate::domain::list::By;
use crate::domain::notification::Notification;
use crate::domain::notification_template::NotificationTemplate;
use crate::domain::session::Session;
use crate::domain::ssh_key::SshKey;
use crate::domain::user::User;

impl Listing for User {
    const FROM: &'static str = "FROM users u WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["u.school_id"];
    const COLUMNS: &'static str =
        "u.id, u.email, u.name, u.sort_name, u.given_name, u.family_name, u.role, u.program_id, u.student_id, u.badge,
        u.academic_status, u.total_clinical_hours, u.onboarding_completed, u.is_active";
    const RECORD: &'static str = "SELECT page.id, page.email, page.name, page.sort_name, page.given_name, page.family_name, page.role, page.program_id,
        (SELECT p.name || ' ' || p.class_year FROM programs p WHERE p.id = page.program_id) AS program, page.student_id, page.badge, page.academic_status,
        page.total_clinical_hours, page.onboarding_completed, page.is_active,
        coalesce((SELECT jsonb_agg(a.provider_id ORDER BY a.provider_id) FROM accounts a WHERE a.user_id = page.id), '[]') AS providers,
        (SELECT max(s.last_seen_at) FROM sessions s WHERE s.user_id = page.id) AS last_seen";
    const SEARCHED: &'static [&'static str] = &["u.search_name", "u.email", "u.student_id"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Staff => " AND u.is_active AND u.role <> 'STUDENT'",
            Self::View::Students => " AND u.is_active AND u.role = 'STUDENT'",
            Self::View::Inactive => " AND NOT u.is_active",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("u.sort_name", "text"), ("u.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id | By::Student | By::Person => Some("u.id"),
            By::Program => Some("u.program_id"),
            _ => None,
        }
    }
}

impl Listing for Account {
    const FROM: &'static str = "FROM accounts a WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["a.school_id"];
    const COLUMNS: &'static str = "a.id, a.user_id, a.provider_id, a.account_id, a.created_at, a.updated_at";
    const RECORD: &'static str =
        "SELECT page.id, page.user_id, u.sort_name AS who, u.email, page.provider_id AS provider,
        page.account_id AS identity, page.created_at AS linked, page.updated_at AS changed
        FROM users u WHERE u.id = page.user_id";
    const SEARCHED: &'static [&'static str] = &[
        "(SELECT u.search_name FROM users u WHERE u.id = a.user_id)",
        "(SELECT u.email FROM users u WHERE u.id = a.user_id)",
        "a.provider_id",
    ];

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::down(&[("a.created_at", "timestamptz"), ("a.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("a.id"),
            By::Person | By::Student => Some("a.user_id"),
            _ => None,
        }
    }
}

impl Listing for SshKey {
    // Those of the school, and one's own: a super admin's are in no school.
    const FROM: &'static str = "FROM user_keys k WHERE (k.school_id = (SELECT medstint.current_school_id())
        OR k.user_id = (SELECT medstint.current_user_id()))";
    const SCHOOL: &'static [&'static str] = &[];
    const COLUMNS: &'static str =
        "k.id, k.user_id, k.algorithm, k.fingerprint, k.comment, k.added_at, k.added_by, k.last_used_at, k.removed_at";
    const RECORD: &'static str =
        "SELECT page.id, page.user_id, u.sort_name AS who, u.email, page.algorithm, page.fingerprint, page.comment,
        page.added_at AS added, (SELECT a.sort_name FROM users a WHERE a.id = page.added_by) AS added_by,
        page.last_used_at AS last_used, page.removed_at AS removed
        FROM users u WHERE u.id = page.user_id";
    const SEARCHED: &'static [&'static str] =
        &["(SELECT u.search_name FROM users u WHERE u.id = k.user_id)", "k.fingerprint", "k.comment"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::InUse => " AND k.removed_at IS NULL",
            Self::View::Removed => " AND k.removed_at IS NOT NULL",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::down(&[("k.added_at", "timestamptz"), ("k.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("k.id"),
            By::Person | By::Student => Some("k.user_id"),
            _ => None,
        }
    }
}

impl Listing for Session {
    const FROM: &'static str = "FROM sessions s WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["s.school_id"];
    const COLUMNS: &'static str = "s.id, s.user_id, s.client, s.ip_address, s.user_agent, s.created_at, s.last_seen_at, s.expires_at, s.revoked_at";
    const RECORD: &'static str =
        "SELECT page.id, page.user_id, u.sort_name AS who, u.email, page.client, page.ip_address AS address,
        page.user_agent AS device, page.created_at AS began, page.last_seen_at AS last_seen, page.expires_at AS expires,
        page.revoked_at AS revoked, page.id = (SELECT medstint.current_session_id()) AS own
        FROM users u WHERE u.id = page.user_id";
    const SEARCHED: &'static [&'static str] =
        &["(SELECT u.search_name FROM users u WHERE u.id = s.user_id)", "s.ip_address", "s.user_agent"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Open => " AND s.revoked_at IS NULL AND s.expires_at > now()",
            Self::View::Ended => " AND (s.revoked_at IS NOT NULL OR s.expires_at <= now())",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::down(&[("s.created_at", "timestamptz"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("s.id"),
            By::Person | By::Student => Some("s.user_id"),
            _ => None,
        }
    }
}

impl Listing for Notification {
    // One's own, in whatever school: a super admin has none.
    const FROM: &'static str = "FROM notifications n WHERE n.user_id = (SELECT medstint.current_user_id())";
    const SCHOOL: &'static [&'static str] = &[];
    const COLUMNS: &'static str =
        "n.id, n.type, n.title, n.message, n.is_read, n.priority, n.category, n.action_url, n.created_at";
    const RECORD: &'static str = "SELECT page.id, page.type, page.title, page.message, page.is_read, page.priority, page.category, page.action_url,
        page.created_at AS at";
    const SEARCHED: &'static [&'static str] = &["n.title", "n.message"];

    fn view(view: Self::View) -> &'static str {
        if view == Self::View::Unread { " AND NOT n.is_read" } else { "" }
    }
    fn order(_: Self::Order) -> Order {
        Order::down(&[("n.created_at", "timestamptz"), ("n.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        (by == By::Id).then_some("n.id")
    }
}

impl Listing for NotificationTemplate {
    // One of each kind: the school's own, or else the platform's.
    const FROM: &'static str = "FROM notification_templates t WHERE (t.school_id = (SELECT medstint.current_school_id())
        OR t.school_id IS NULL AND NOT EXISTS (SELECT FROM notification_templates o WHERE o.school_id = (SELECT medstint.current_school_id()) AND o.type = t.type))";
    const SCHOOL: &'static [&'static str] = &[];
    const COLUMNS: &'static str = "t.*";
    const RECORD: &'static str =
        "SELECT page.id, page.type, page.title, page.message, page.category, page.priority, page.is_active,
        page.school_id IS NULL AS is_standard,
        (SELECT concat_ws(' – ', s.title, s.message) FROM notification_templates s
          WHERE s.type = page.type AND (s.school_id IS NULL OR s.id = page.id) ORDER BY s.school_id NULLS FIRST LIMIT 1) AS standard";
    const SEARCHED: &'static [&'static str] = &["t.title", "t.message", "t.type"];

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("t.title", "text"), ("t.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        (by == By::Id).then_some("t.id")
    }
}

impl Listing for Delegation {
    const FROM: &'static str =
        "FROM delegations d JOIN users f ON f.id = d.from_user_id JOIN users t ON t.id = d.to_user_id WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["d.school_id"];
    const COLUMNS: &'static str = "d.*, f.sort_name AS from_name, t.sort_name AS to_name";
    const RECORD: &'static str =
        "SELECT page.id, page.from_user_id AS from_id, page.from_name AS from, page.to_user_id AS to_id, page.to_name AS to,
        page.starts_at AS starts, page.ends_at AS ends, page.reason, page.revoked_at AS revoked,
        (SELECT s.time_zone FROM schools s WHERE s.id = page.school_id) AS zone";
    const SEARCHED: &'static [&'static str] = &["f.search_name", "t.search_name", "d.reason"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::InForce => " AND d.revoked_at IS NULL AND d.ends_at > now()",
            Self::View::Over => " AND (d.revoked_at IS NOT NULL OR d.ends_at <= now())",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("d.ends_at", "timestamptz"), ("d.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("d.id"),
            By::Person => Some("d.from_user_id"),
            _ => None,
        }
    }
}
