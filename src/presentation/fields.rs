//! The labels of fields on the screen, in a preview and in a refusal.

use std::borrow::Cow;

use crate::domain::field::{
    AlertRuleField as AlertRule, AssessmentField as Assessment, AssignmentField as Assignment,
    CorrectionField as Correction, CriterionField as Criterion, DecisionField as Decision,
    DelegationField as Delegation, DeploymentField as Deployment, FieldId, KioskField as Kiosk,
    LocationField as Location, NotificationTemplateField as NotificationTemplate, PasswordField as Password,
    PinField as Pin, PolicyField as Policy, ProgramField as Program, PunchField as Punch, QuestionField as Question,
    RotationField as Rotation, SchoolField as School, SiteField as Site, SshKeyField as SshKey,
    TemplateField as Template, UserField as User,
};

impl FieldId {
    /// The label of the field.
    #[must_use]
    pub fn label(&self) -> Cow<'static, str> {
        // A criterion's field has the criterion's name.
        if let Self::Assessment(Assessment::Score(criterion)) = self {
            return Cow::Owned(criterion.clone());
        }
        Cow::Borrowed(match self {
            Self::School(field) => school(field),
            Self::Program(field) => program(field),
            Self::Site(field) => site(field),
            Self::Location(field) => location(field),
            Self::Kiosk(field) => kiosk(field),
            Self::User(field) => user(field),
            Self::Password(field) => password(field),
            Self::Pin(field) => pin(field),
            Self::Rotation(field) => rotation(field),
            Self::Template(field) => template(field),
            Self::Criterion(field) => criterion(field),
            Self::Policy(field) => policy(field),
            Self::Deployment(field) => deployment(field),
            Self::Assignment(field) => assignment(field),
            Self::Assessment(field) => assessment(field),
            Self::NotificationTemplate(field) => notification_template(field),
            Self::Delegation(field) => delegation(field),
            Self::AlertRule(field) => alert_rule(field),
            Self::SshKey(field) => ssh_key(field),
            Self::Question(field) => question(field),
            Self::Correction(field) => correction(field),
            Self::Punch(field) => punch(field),
            Self::Decision(field) => decision(field),
        })
    }
}

fn school(field: &School) -> &'static str {
    match field {
        School::Name => "Name",
        School::Accreditation => "Accreditation",
        School::TimeZone => "Time zone",
        School::Address => "Address",
        School::Phone => "Phone",
        School::Email => "Email",
        School::Website => "Website",
    }
}

fn program(field: &Program) -> &'static str {
    match field {
        Program::Name => "Name",
        Program::Description => "Description",
        Program::Duration => "Duration",
        Program::ClassYear => "Class of",
        Program::Requirements => "Requirements",
        Program::DutyProfile => "Duty profile",
    }
}

fn site(field: &Site) -> &'static str {
    match field {
        Site::Name => "Name",
        Site::Type => "Type",
        Site::Address => "Address",
        Site::Capacity => "Places",
        Site::TimeZone => "Time zone",
        Site::Specialties => "Specialties",
        Site::Requirements => "Requirements",
        Site::ContactPersonName => "Contact",
        Site::ContactPersonEmail => "Contact email",
        Site::ContactPersonPhone => "Contact phone",
    }
}

fn location(field: &Location) -> &'static str {
    match field {
        Location::ClinicalSiteId => "Site",
        Location::Name => "Name",
        Location::Latitude => "Latitude",
        Location::Longitude => "Longitude",
        Location::RadiusM => "Radius",
        Location::IsStrict => "Strict",
    }
}

fn kiosk(field: &Kiosk) -> &'static str {
    match field {
        Kiosk::ClinicalSiteId => "Site",
        Kiosk::Name => "Name",
        Kiosk::LocationId => "Location",
    }
}

fn user(field: &User) -> &'static str {
    match field {
        User::GivenName => "Given name",
        User::FamilyName => "Family name",
        User::Email => "Email",
        User::Role => "Role",
        User::ProgramId => "Program",
        User::StudentId => "Student number",
        User::Badge => "Badge",
        User::AcademicStatus => "Enrollment status",
        User::SchoolId => "School",
    }
}

fn password(field: &Password) -> &'static str {
    match field {
        Password::Old => "Current password",
        Password::New => "New password",
        Password::Again => "Repeat password",
    }
}

fn pin(field: &Pin) -> &'static str {
    match field {
        Pin::New => "PIN",
        Pin::Again => "Repeat PIN",
    }
}

fn rotation(field: &Rotation) -> &'static str {
    match field {
        Rotation::StudentId => "Student",
        Rotation::ClinicalSiteId => "Site",
        Rotation::Specialty => "Specialty",
        Rotation::StartDate => "From",
        Rotation::EndDate => "To",
        Rotation::RequiredHours => "Hours",
        Rotation::PreceptorId => "Preceptor",
        Rotation::SupervisorId => "Supervisor",
        Rotation::Objectives => "Objectives",
    }
}

fn template(field: &Template) -> &'static str {
    match field {
        Template::Name => "Name",
        Template::Description => "Description",
        Template::Category => "Category",
        Template::Level => "Level",
        Template::Type => "Type",
        Template::Objectives => "Objectives",
        Template::Version => "Version",
    }
}

fn criterion(field: &Criterion) -> &'static str {
    match field {
        Criterion::TemplateId => "Template",
        Criterion::CriterionName => "Criterion",
        Criterion::Description => "Description",
        Criterion::Weight => "Weight",
        Criterion::MaxScore => "Maximum score",
        Criterion::PerformanceLevels => "Levels",
        Criterion::OrderIndex => "Position",
    }
}

fn policy(field: &Policy) -> &'static str {
    match field {
        Policy::DutyProfile => "Duty profile",
        Policy::DoubleBooking => "Double booking",
        Policy::OverCapacity => "Over capacity",
        Policy::OpenTooLongH => "Open too long",
        Policy::TooLongH => "Too long",
        Policy::TooShortMin => "Too short",
        Policy::LateEntryD => "Late entry",
        Policy::AgedD => "Aged",
        Policy::MissingD => "No records",
        Policy::TravelKmh => "Impossible travel",
        Policy::SameDeviceS => "Same device",
        Policy::DayCapH => "Daily limit",
        Policy::WeekCapH => "Weekly limit",
        Policy::MealAfterH => "Ask about a meal",
        Policy::MinRestH => "Minimum rest",
        Policy::CertificateAuthorities => "Certificate authorities",
    }
}

fn deployment(field: &Deployment) -> &'static str {
    match field {
        Deployment::TemplateId => "Template",
        Deployment::Programs => "Programs",
        Deployment::People => "Students",
        Deployment::AssignmentType => "Type",
        Deployment::EffectiveDate => "From",
        Deployment::ExpiryDate => "To",
        Deployment::DueDate => "Due",
    }
}

fn assignment(field: &Assignment) -> &'static str {
    match field {
        Assignment::Competencies => "Competencies",
        Assignment::Students => "Students",
        Assignment::Programs => "Programs",
        Assignment::AssignmentType => "Type",
        Assignment::DueDate => "Due",
    }
}

fn assessment(field: &Assessment) -> &'static str {
    match field {
        Assessment::StudentId => "Student",
        Assessment::CompetencyId => "Competency",
        Assessment::Type => "Type",
        Assessment::RotationId => "Rotation",
        Assessment::AssessorId => "Assessor",
        Assessment::RubricScores | Assessment::Score(_) => "Score",
        Assessment::Feedback => "Feedback",
        Assessment::ImprovementAreas => "Areas for improvement",
    }
}

fn notification_template(field: &NotificationTemplate) -> &'static str {
    match field {
        NotificationTemplate::Title => "Title",
        NotificationTemplate::Message => "Message",
        NotificationTemplate::Priority => "Priority",
        NotificationTemplate::Type => "Type",
        NotificationTemplate::SchoolId => "School",
        NotificationTemplate::Category => "Category",
    }
}

fn delegation(field: &Delegation) -> &'static str {
    match field {
        Delegation::FromUserId => "For",
        Delegation::ToUserId => "Deputy",
        Delegation::StartsAt => "From",
        Delegation::EndsAt => "Until",
        Delegation::Reason => "Reason",
    }
}

fn alert_rule(field: &AlertRule) -> &'static str {
    match field {
        AlertRule::Code => "Code",
        AlertRule::Name => "Name",
        AlertRule::Actions => "Events",
        AlertRule::Counts => "Count",
        AlertRule::GroupBy => "Group by",
        AlertRule::Threshold => "Threshold",
        AlertRule::Within => "Within",
        AlertRule::FromTime => "From",
        AlertRule::UntilTime => "Until",
        AlertRule::Severity => "Severity",
        AlertRule::SchoolId => "School",
    }
}

fn ssh_key(field: &SshKey) -> &'static str {
    match field {
        SshKey::UserId => "Owner",
        SshKey::Key => "Public key",
    }
}

fn question(field: &Question) -> &'static str {
    match field {
        Question::Question => "Question",
        Question::Answer => "Answer",
    }
}

fn correction(field: &Correction) -> &'static str {
    match field {
        Correction::ClockIn => "In",
        Correction::ClockOut => "Out",
        Correction::Reason => "Reason",
        Correction::Version => "Version",
    }
}

fn punch(field: &Punch) -> &'static str {
    match field {
        Punch::Way => "Direction",
        Punch::Rotation => "Rotation",
        Punch::At => "Time",
        Punch::Reason => "Reason",
    }
}

fn decision(field: &Decision) -> &'static str {
    match field {
        Decision::Reason => "Reason",
    }
}
