//! The fields of the records that people edit. The same name goes from the form through the
//! command to the column, and back from a rule that refuses it to the field on the screen.

use strum::IntoEnumIterator;

/// The fields of one record.
pub trait RecordField: Clone + PartialEq + Into<FieldId> {
    const RECORD: Record;
}

macro_rules! records {
    ($($(#[$doc:meta])* $record:ident / $field:ident { $($variant:ident $(($of:ty))?),+ $(,)? })+) => {
        /// What people edit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray)]
        pub enum Record {
            $($(#[$doc])* $record),+
        }

        /// A field of any record.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum FieldId {
            $($record($field)),+
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumString, strum::EnumIter)]
            #[strum(serialize_all = "snake_case")]
            pub enum $field {
                $($variant $(($of))?),+
            }

            impl From<$field> for FieldId {
                fn from(field: $field) -> Self {
                    Self::$record(field)
                }
            }

            impl RecordField for $field {
                const RECORD: Record = Record::$record;
            }
        )+

        impl FieldId {
            #[must_use]
            pub fn record(&self) -> Record {
                match self {
                    $(Self::$record(_) => Record::$record),+
                }
            }

            /// The name in the database and in scripts: `start_date`.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$record(field) => field.into()),+
                }
            }

            /// The field of this name.
            #[must_use]
            pub fn named(record: Record, name: &str) -> Option<Self> {
                match record {
                    $(Record::$record => name.parse::<$field>().ok().map(Self::$record)),+
                }
            }

            /// Every field of every record.
            #[must_use]
            pub fn all() -> Vec<Self> {
                [$($field::iter().map(Self::$record).collect::<Vec<_>>()),+].concat()
            }
        }
    };
}

records! {
    School / SchoolField { Name, Accreditation, TimeZone, Address, Phone, Email, Website }
    Program / ProgramField { Name, Description, Duration, ClassYear, Requirements, DutyProfile }
    Site / SiteField {
        Name, Type, Address, Capacity, TimeZone, Specialties, Requirements, ContactPersonName, ContactPersonEmail,
        ContactPersonPhone,
    }
    Location / LocationField { ClinicalSiteId, Name, Latitude, Longitude, RadiusM, IsStrict }
    Kiosk / KioskField { ClinicalSiteId, Name, LocationId }
    User / UserField {
        GivenName, FamilyName, Email, Role, ProgramId, StudentId, Badge, AcademicStatus, SchoolId,
    }
    Password / PasswordField { Old, New, Again }
    Pin / PinField { New, Again }
    Rotation / RotationField {
        StudentId, ClinicalSiteId, Specialty, StartDate, EndDate, RequiredHours, PreceptorId, SupervisorId, Objectives,
    }
    Template / TemplateField { Name, Description, Category, Level, Type, Objectives, Version }
    Criterion / CriterionField {
        TemplateId, CriterionName, Description, Weight, MaxScore, PerformanceLevels, OrderIndex,
    }
    Policy / PolicyField {
        DutyProfile, DoubleBooking, OverCapacity, OpenTooLongH, TooLongH, TooShortMin, LateEntryD, AgedD, MissingD,
        TravelKmh, SameDeviceS, DayCapH, WeekCapH, MealAfterH, MinRestH, CertificateAuthorities,
    }
    Deployment / DeploymentField {
        TemplateId, Programs, People, AssignmentType, EffectiveDate, ExpiryDate, DueDate,
    }
    Assignment / AssignmentField { Competencies, Students, Programs, AssignmentType, DueDate }
    Assessment / AssessmentField {
        StudentId, CompetencyId, Type, RotationId, AssessorId, RubricScores, Feedback, ImprovementAreas, Score(String),
    }
    NotificationTemplate / NotificationTemplateField { Title, Message, Priority, Type, SchoolId, Category }
    Delegation / DelegationField { FromUserId, ToUserId, StartsAt, EndsAt, Reason }
    AlertRule / AlertRuleField {
        Code, Name, Actions, Counts, GroupBy, Threshold, Within, FromTime, UntilTime, Severity, SchoolId,
    }
    SshKey / SshKeyField { UserId, Key }
    Question / QuestionField { Question, Answer }
    Correction / CorrectionField { ClockIn, ClockOut, Reason, Version }
    /// A punch in quarantine.
    Punch / PunchField { Way, Rotation, At, Reason }
    /// The rejection of a time record, or an approval that needs a reason.
    Decision / DecisionField { Reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in FieldId::all() {
            assert_eq!(FieldId::named(field.record(), field.name()), Some(field));
        }
    }
}
