//! The list of the personal fields of records. A field that is not on it is a number, a time, a
//! value of an enumeration, or text that every school has; the file shows no text of these either.

use super::placeholder::Placeholders;
use crate::domain::list::{Rows, for_each_list};
use crate::domain::window::{Key, Keyed, Page, Slot, Unreadable};
use crate::domain::{
    AuditEventId, CompetencyAssignmentId, RotationId, SchoolId, Secret, TimeRecordId, UserId, account, alert,
    assessment, audit_event, calendar, competency, correction, criterion, delegation, deployment, kiosk, location,
    missing, notification, notification_template, policy, program, quarantine, rotation, school, session, site,
    ssh_key, template, time_record, user,
};

/// Something that may hold personal values.
pub trait Personal {
    /// Replaces each of them by its placeholder.
    fn hide(&mut self, by: &mut Placeholders);
}

/// One text, none or several.
pub(super) trait Texts {
    fn each(&mut self, change: &mut dyn FnMut(&mut String));
}

impl Texts for String {
    fn each(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(self);
    }
}

impl Texts for Option<String> {
    fn each(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(change);
    }
}

impl Texts for Vec<String> {
    fn each(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(change);
    }
}

impl Personal for String {
    fn hide(&mut self, by: &mut Placeholders) {
        by.text(self);
    }
}

impl Personal for Secret {
    fn hide(&mut self, _: &mut Placeholders) {
        *self = Self::new("x".repeat(self.expose().chars().count()));
    }
}

impl<T: Personal> Personal for Option<T> {
    fn hide(&mut self, by: &mut Placeholders) {
        if let Some(value) = self {
            value.hide(by);
        }
    }
}

impl<T: Personal> Personal for Vec<T> {
    fn hide(&mut self, by: &mut Placeholders) {
        for value in self.iter_mut() {
            value.hide(by);
        }
    }
}

impl<T: Personal> Personal for Box<T> {
    fn hide(&mut self, by: &mut Placeholders) {
        (**self).hide(by);
    }
}

/// An id with its name.
impl Personal for (String, String) {
    fn hide(&mut self, by: &mut Placeholders) {
        by.identity(&mut self.0);
        self.1.hide(by);
    }
}

impl Personal for (SchoolId, String) {
    fn hide(&mut self, by: &mut Placeholders) {
        self.0.hide(by);
        self.1.hide(by);
    }
}

impl<T: Personal, E: Personal> Personal for Result<T, E> {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Ok(value) => value.hide(by),
            Err(error) => error.hide(by),
        }
    }
}

/// The fields of a record that are personal: ids that are texts, JSON in a text, and all others.
macro_rules! personal {
    ($type:ty: $(id($($id:tt),+))? $(json($($json:tt),+))? $(hide($($field:tt),+))?) => {
        impl Personal for $type {
            fn hide(&mut self, by: &mut Placeholders) {
                $($(Texts::each(&mut self.$id, &mut |text| by.identity(text));)+)?
                $($(Texts::each(&mut self.$json, &mut |text| by.json(text));)+)?
                $($(Personal::hide(&mut self.$field, by);)+)?
            }
        }
    };
}
pub(super) use personal;

personal!(AuditEventId: id(0));
personal!(CompetencyAssignmentId: id(0));
personal!(RotationId: id(0));
personal!(SchoolId: id(0));
personal!(TimeRecordId: id(0));
personal!(UserId: id(0));

personal!(account::Account: id(id, user_id) hide(who, email, identity));
personal!(alert::Alert: id(id, rule_id, subject, account_id) hide(rule, subject_name, acknowledged_by));
personal!(alert::AlertRule: id(id) hide(name));
personal!(assessment::Summary: id(id) hide(assessor));
// Scores name their criteria, whose names are therefore left alone.
personal!(assessment::Assessment: id(id, student_id, assessor_id, competency_id, rotation_id)
    json(improvement_areas) hide(student, assessor, competency, rotation, feedback, approved_by, criteria));
personal!(audit_event::AuditEvent: id(who_id, resource_id) json(changes)
    hide(id, who, address, device, earlier, later));
personal!(audit_event::Neighbour: id(key) hide(who));
personal!(calendar::Calendar: id(id) hide(name, bookings));
personal!(calendar::BySite: hide(0));
personal!(calendar::ByStudent: hide(0));
personal!(calendar::Booking: id(id) hide(with, specialty));
personal!(competency::Competency: id(id, template_id) hide(name, description, program, template, criteria));
personal!(competency::Assignment: id(student_id, competency_id, deployment_id, rotation_id)
    hide(id, student, program, competency, description, assigned_by, deployment, criteria, assessments));
personal!(correction::Correction: id(id, record_id, student_id, by_id)
    hide(student, site, reason, by, decided_by));
personal!(criterion::Criterion: id(id) json(performance_levels) hide(description));
personal!(delegation::Delegation: id(id, from_id, to_id) hide(from, to, reason));
personal!(deployment::Deployment: id(id, template_id) hide(template, by, programs, people));
personal!(kiosk::Kiosk: id(id, site_id, location_id) hide(name, site, location, enrolled_by));
personal!(missing::Missing: id(id, student_id) hide(student, rotation, site, preceptor));
personal!(notification::Notification: id(id) hide(title, message));
personal!(notification_template::NotificationTemplate: id(id) hide(title, message));
personal!(policy::Policy: id(id) hide(school, authorities));
personal!(program::Program: id(id) json(requirements) hide(name, description));
personal!(quarantine::Quarantined: id(id, kiosk_id, student_id, record_id)
    hide(kiosk, site, badge, student, settled_by, reason, rotations));
personal!(rotation::Rotation: id(student_id, site_id, preceptor_id, supervisor_id) json(objectives)
    hide(id, student, program, specialty, site, preceptor, supervisor, double_booked));
personal!(school::School: id(id, admin_id) hide(name, accreditation, address, phone, email, website, admin));
personal!(ssh_key::SshKey: id(id, user_id) hide(who, email, fingerprint, comment, added_by));
personal!(session::Session: id(id, user_id) hide(who, email, address, device));
personal!(site::Site: id(id) json(specialties, requirements)
    hide(name, address, contact_person_name, contact_person_email, contact_person_phone, locations));
personal!(template::Template: id(id) json(content)
    hide(name, description, category, created_by, criteria, previous));
personal!(template::Previous: json(content) hide(description, category, criteria));
personal!(user::User: id(id, program_id)
    hide(email, name, sort_name, given_name, family_name, program, student_id, badge));

personal!(time_record::TimeRecord: hide(id, student_id, student, site, flags));
personal!(time_record::Flag: hide(evidence));
personal!(time_record::Evidence: hide(location));
personal!(time_record::Location: hide(nearest));
personal!(time_record::Punch: hide(address, device));
personal!(time_record::Question: hide(question, who, answer));
personal!(time_record::Proposal: hide(reason, who, decided_by));
personal!(time_record::Event: hide(who));
personal!(time_record::Decision: hide(reason, who));
personal!(time_record::Seen: hide(id));
personal!(time_record::CleanRecord: hide(seen, student_id, student, site));
personal!(time_record::Clean: hide(records));
personal!(time_record::Outcome: hide(id, student, result));

impl Personal for time_record::Detail {
    fn hide(&mut self, by: &mut Placeholders) {
        self.record.hide(by);
        self.rotation_id.hide(by);
        self.rotation.hide(by);
        for text in [&mut self.program, &mut self.preceptor, &mut self.notes] {
            text.hide(by);
        }
        self.activities.hide(by);
        self.clock_in_location.hide(by);
        self.clock_out_location.hide(by);
        self.clock_in_from.hide(by);
        self.clock_out_from.hide(by);
        self.questions.hide(by);
        self.corrections.hide(by);
        self.events.hide(by);
        self.decisions.hide(by);
        move_away(&mut self.spots);
        // A punch is called by its direction.
        self.spots.iter_mut().filter(|spot| !spot.is_punch).for_each(|spot| spot.name.hide(by));
    }
}

impl Personal for location::Location {
    fn hide(&mut self, by: &mut Placeholders) {
        by.identity(&mut self.id);
        by.identity(&mut self.site_id);
        by.text(&mut self.site);
        by.text(&mut self.name);
        (self.latitude, self.longitude) = Default::default();
    }
}

/// The same places around another one, so that the map is the same and nobody knows where it is:
/// the first goes to the equator, where a degree is as long in both directions.
fn move_away(spots: &mut [time_record::Spot]) {
    let Some((south, west)) = spots.first().map(|spot| (spot.latitude, spot.longitude)) else { return };
    for spot in spots {
        spot.longitude = (spot.longitude - west) * south.to_radians().cos();
        spot.latitude -= south;
    }
}

impl Personal for Key {
    fn hide(&mut self, by: &mut Placeholders) {
        self.columns.each(&mut |text| by.identity(text));
    }
}

impl<R: Personal> Personal for Keyed<R> {
    fn hide(&mut self, by: &mut Placeholders) {
        self.key.hide(by);
        self.record.hide(by);
    }
}

personal!(Unreadable: id(id) hide(key, sentence));

impl<R: Personal> Personal for Slot<R> {
    fn hide(&mut self, by: &mut Placeholders) {
        match self {
            Self::Record(row) => row.hide(by),
            Self::Unreadable(row) => row.hide(by),
        }
    }
}

impl<R: Personal> Personal for Page<R> {
    fn hide(&mut self, by: &mut Placeholders) {
        self.rows.hide(by);
    }
}

macro_rules! hide_rows {
    ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
        impl Personal for Rows {
            fn hide(&mut self, by: &mut Placeholders) {
                match self {
                    $(Self::$list(page) => page.hide(by),)+
                }
            }
        }
    };
}

for_each_list!(hide_rows);
