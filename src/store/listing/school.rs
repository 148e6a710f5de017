//! What a school consists of: itself, its policy, programs, sites, locations.

use super::{Listing, Order};
use crate::domain::list::{By, List};
use crate::domain::location::Location;
use crate::domain::policy::Policy;
use crate::domain::program::Program;
use crate::domain::school::School;
use crate::domain::site::Site;

/// The views of whatever can be made inactive.
const fn active(view: usize, column: [&'static str; 2]) -> &'static str {
    column[if view == 0 { 0 } else { 1 }]
}

impl Listing for School {
    const LIST: List = List::Schools;
    // The fence shows one's own school, and all of them to a super admin.
    const FROM: &'static str = "FROM schools s WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &[];
    const COLUMNS: &'static str = "s.*";
    const RECORD: &'static str =
        "SELECT page.id, page.name, page.accreditation, page.address, page.phone, page.email, page.website,
        page.time_zone, page.admin_id, (SELECT u.name FROM users u WHERE u.id = page.admin_id) AS admin, page.is_active";
    const SEARCHED: &'static [&'static str] = &["s.name"];

    fn view(view: usize) -> &'static str {
        active(view, [" AND s.is_active", " AND NOT s.is_active"])
    }
    fn order(_: usize) -> Order {
        Order::up(&[("s.name", "text"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        (by == By::Id).then_some("s.id")
    }
}

impl Listing for Policy {
    const LIST: List = List::Policies;
    const FROM: &'static str = "FROM schools s LEFT JOIN school_policies p ON p.school_id = s.id WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["s.id"];
    const COLUMNS: &'static str = "s.id, s.name, p.duty_profile, p.thresholds";
    const RECORD: &'static str =
        "SELECT page.id, page.name AS school, coalesce(page.duty_profile, 'CUSTOM') AS duty_profile,
        coalesce(page.thresholds, '{}') AS thresholds";
    const SEARCHED: &'static [&'static str] = &["s.name"];

    fn view(_: usize) -> &'static str {
        ""
    }
    fn order(_: usize) -> Order {
        Order::up(&[("s.name", "text"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        (by == By::Id).then_some("s.id")
    }
}

impl Listing for Program {
    const LIST: List = List::Programs;
    const FROM: &'static str = "FROM programs p WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["p.school_id"];
    const COLUMNS: &'static str = "p.*";
    const RECORD: &'static str = "SELECT page.id, page.name, page.description, page.duration, page.class_year, page.requirements, page.duty_profile, page.is_active,
        (SELECT count(*) FROM users u WHERE u.program_id = page.id AND u.role = 'STUDENT' AND u.is_active) AS students,
        (SELECT count(*) FROM users u JOIN rotations r ON r.student_id = u.id AND r.status = 'ACTIVE'
         WHERE u.program_id = page.id) AS active_rotations";
    const SEARCHED: &'static [&'static str] = &["p.name", "p.description"];

    fn view(view: usize) -> &'static str {
        active(view, [" AND p.is_active", " AND NOT p.is_active"])
    }
    fn order(_: usize) -> Order {
        Order::up(&[("p.name", "text"), ("p.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        matches!(by, By::Id | By::Program).then_some("p.id")
    }
}

impl Listing for Site {
    const LIST: List = List::Sites;
    const FROM: &'static str = "FROM clinical_sites s WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["s.school_id"];
    const COLUMNS: &'static str = "s.*";
    const RECORD: &'static str = "SELECT page.id, page.name, page.type, page.address, page.capacity, page.specialties, page.contact_person_name,
        page.contact_person_email, page.contact_person_phone, page.requirements, page.time_zone, page.is_active,
        medstint.busiest(page.id, now(), now() + interval '1 millisecond') AS present,
        coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'site_id', page.id, 'site', page.name, 'name', l.name, 'latitude', l.latitude,
            'longitude', l.longitude, 'radius_m', l.radius_m, 'is_strict', l.is_strict, 'is_active', l.is_active) ORDER BY l.name, l.id)
          FROM clinical_site_locations l WHERE l.clinical_site_id = page.id AND l.is_active), '[]') AS locations";
    const SEARCHED: &'static [&'static str] = &["s.name", "s.address"];

    fn view(view: usize) -> &'static str {
        active(view, [" AND s.is_active", " AND NOT s.is_active"])
    }
    fn order(_: usize) -> Order {
        Order::up(&[("s.name", "text"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        matches!(by, By::Id | By::Site).then_some("s.id")
    }
}

impl Listing for Location {
    const LIST: List = List::Locations;
    const FROM: &'static str = "FROM clinical_site_locations l WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["l.school_id"];
    const COLUMNS: &'static str = "l.*";
    const RECORD: &'static str = "SELECT page.id, page.clinical_site_id AS site_id, s.name AS site, page.name, page.latitude, page.longitude, page.radius_m,
        page.is_strict, page.is_active FROM clinical_sites s WHERE s.id = page.clinical_site_id";
    const SEARCHED: &'static [&'static str] = &["l.name"];

    fn view(view: usize) -> &'static str {
        active(view, [" AND l.is_active", " AND NOT l.is_active"])
    }
    fn order(_: usize) -> Order {
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
