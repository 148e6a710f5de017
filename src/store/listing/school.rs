//! Schools with their policies, programs, sites and locations.

use super::{Listing, Order};
use crate::domain::kiosk::Kiosk;
use crate::domain::list::By;
use crate::domain::location::Location;
use crate::domain::policy::Policy;
use crate::domain::program::Program;
use crate::domain::quarantine::Quarantined;
use crate::domain::school::School;
use crate::domain::site::Site;

impl Listing for School {
    // The fence shows one's own school, and all of them to a super admin.
    const FROM: &'static str = "FROM schools s WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &[];
    const COLUMNS: &'static str = "s.*";
    const RECORD: &'static str =
        "SELECT page.id, page.name, page.accreditation, page.address, page.phone, page.email, page.website,
        page.time_zone, page.admin_id, (SELECT u.name FROM users u WHERE u.id = page.admin_id) AS admin, page.is_active";
    const SEARCHED: &'static [&'static str] = &["s.name"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Active => " AND s.is_active",
            Self::View::Inactive => " AND NOT s.is_active",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("s.name", "text"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        (by == By::Id).then_some("s.id")
    }
}

impl Listing for Policy {
    const FROM: &'static str = "FROM schools s LEFT JOIN school_policies p ON p.school_id = s.id WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["s.id"];
    const COLUMNS: &'static str = "s.id, s.name, p.duty_profile, p.thresholds";
    const RECORD: &'static str =
        "SELECT page.id, page.name AS school, coalesce(page.duty_profile, 'CUSTOM') AS duty_profile,
        coalesce(page.thresholds, '{}') AS thresholds,
        coalesce((SELECT jsonb_agg(concat_ws(' ', c.algorithm, c.key, c.comment) ORDER BY c.place) FROM certificate_authorities c
          WHERE c.school_id = page.id AND c.removed_at IS NULL), '[]') AS authorities";
    const SEARCHED: &'static [&'static str] = &["s.name"];

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("s.name", "text"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        (by == By::Id).then_some("s.id")
    }
}

impl Listing for Program {
    const FROM: &'static str = "FROM programs p WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["p.school_id"];
    const COLUMNS: &'static str = "p.*";
    const RECORD: &'static str = "SELECT page.id, page.name, page.description, page.duration, page.class_year, page.requirements, page.duty_profile, page.is_active,
        (SELECT count(*) FROM users u WHERE u.program_id = page.id AND u.role = 'STUDENT' AND u.is_active) AS students,
        (SELECT count(*) FROM users u JOIN rotations r ON r.student_id = u.id AND r.status = 'ACTIVE'
         WHERE u.program_id = page.id) AS active_rotations";
    const SEARCHED: &'static [&'static str] = &["p.name", "p.description"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Active => " AND p.is_active",
            Self::View::Inactive => " AND NOT p.is_active",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("p.name", "text"), ("p.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        matches!(by, By::Id | By::Program).then_some("p.id")
    }
}

impl Listing for Site {
    const FROM: &'static str = "FROM clinical_sites s WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["s.school_id"];
    const COLUMNS: &'static str = "s.*";
    const RECORD: &'static str = "SELECT page.id, page.name, page.type, page.address, page.capacity, page.specialties, page.contact_person_name,
        page.contact_person_email, page.contact_person_phone, page.requirements, page.time_zone, page.is_active,
        medstint.busiest(page.id, now(), now() + interval '1 millisecond') AS present,
        coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'site_id', page.id, 'site', page.name, 'name', l.name, 'latitude', l.latitude,
            'longitude', l.longitude, 'radius_m', l.radius_m, 'is_strict', l.is_strict, 'is_active', l.is_active) ORDER BY l.name, l.id)
          FROM clinical_site_locations l WHERE l.clinical_site_id = page.id AND l.is_active), '[]') AS locations";
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] = &["s.search_name", "s.address"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Active => " AND s.is_active",
            Self::View::Inactive => " AND NOT s.is_active",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("s.name", "text"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        matches!(by, By::Id | By::Site).then_some("s.id")
    }
}

impl Listing for Location {
    const FROM: &'static str = "FROM clinical_site_locations l WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["l.school_id"];
    const COLUMNS: &'static str = "l.*";
    const RECORD: &'static str = "SELECT page.id, page.clinical_site_id AS site_id, s.name AS site, page.name, page.latitude, page.longitude, page.radius_m,
        page.is_strict, page.is_active FROM clinical_sites s WHERE s.id = page.clinical_site_id";
    const SEARCHED: &'static [&'static str] = &["l.name"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Active => " AND l.is_active",
            Self::View::Inactive => " AND NOT l.is_active",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("l.name", "text"), ("l.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("l.id"),
            By::Site => Some("l.clinical_site_id"),
            _ => None,
        }
    }
}

impl Listing for Kiosk {
    const FROM: &'static str = "FROM kiosks k WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["k.school_id"];
    const COLUMNS: &'static str = "k.id, k.school_id, k.name, k.clinical_site_id, k.location_id, k.enrolled_at, k.enrolled_by, k.revoked_at, k.enrolment_expires_at";
    const RECORD: &'static str = "SELECT page.id, page.name, page.clinical_site_id AS site_id, s.name AS site, page.location_id, l.name AS location, page.enrolled_at,
        (SELECT string_agg(u.name, ', ' ORDER BY u.name) FROM users u WHERE u.id = ANY (page.enrolled_by)) AS enrolled_by, page.revoked_at, page.enrolment_expires_at AS code_until, x.last_seen_at AS last_seen, x.version, x.clock_skew_ms AS skew_ms, x.waiting, x.stranded, x.trouble,
        (SELECT count(*) FROM kiosk_punches p WHERE p.school_id = page.school_id AND p.status = 'QUARANTINED' AND p.kiosk_id = page.id) AS quarantined
        FROM clinical_sites s LEFT JOIN clinical_site_locations l ON l.id = page.location_id LEFT JOIN kiosk_states x ON x.kiosk_id = page.id
        WHERE s.id = page.clinical_site_id";
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] = &["k.name"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::InUse => " AND k.revoked_at IS NULL",
            Self::View::Revoked => " AND k.revoked_at IS NOT NULL",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("k.name", "text"), ("k.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id | By::Kiosk => Some("k.id"),
            By::Site => Some("k.clinical_site_id"),
            _ => None,
        }
    }
}

impl Listing for Quarantined {
    const FROM: &'static str = "FROM kiosk_punches q WHERE q.status IN ('QUARANTINED', 'RESOLVED', 'DISCARDED')";
    const SCHOOL: &'static [&'static str] = &["q.school_id"];
    const COLUMNS: &'static str = "q.*";
    const RECORD: &'static str = "SELECT page.id, page.kiosk_id, k.name AS kiosk, s.name AS site, s.time_zone AS zone, page.badge, page.student_id,
        (SELECT u.sort_name FROM users u WHERE u.id = page.student_id) AS student, page.punched_at AS at, page.device_clock, page.clock_is_unverified, page.received_at,
        page.problem, page.status, page.time_record_id AS record_id, (SELECT u.name FROM users u WHERE u.id = page.settled_by) AS settled_by, page.settled_at, page.reason,
        coalesce((SELECT jsonb_agg(jsonb_build_array(r.id, u.sort_name || ': ' || r.specialty || ' at ' || c.name) ORDER BY r.start_date DESC, r.id)
          FROM rotations r JOIN clinical_sites c ON c.id = r.clinical_site_id JOIN users u ON u.id = r.student_id
          WHERE r.student_id = page.student_id AND r.status <> 'CANCELLED'), '[]') AS rotations
        FROM kiosks k, clinical_sites s WHERE k.id = page.kiosk_id AND s.id = page.clinical_site_id";
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] =
        &["(SELECT u.search_name FROM users u WHERE u.id = q.student_id)", "q.badge"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Quarantined => " AND q.status = 'QUARANTINED'",
            Self::View::Settled => " AND q.status IN ('RESOLVED', 'DISCARDED')",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::down(&[("q.received_at", "timestamptz"), ("q.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("q.id"),
            By::Kiosk => Some("q.kiosk_id"),
            By::Student => Some("q.student_id"),
            _ => None,
        }
    }
}
