//! Ids and enumerations of the domain as arguments and columns of statements. They travel as
//! text: for a type of the database's own, the driver would ask each connection once what the
//! type is, at the cost of a round trip. So a statement casts: `$1::text::user_role`.

use std::str::FromStr;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};

use crate::domain::punch::Trouble;
use crate::domain::stored::Stored;
use crate::domain::time_record::{self, DecisionKind, DecisionVerdict, RejectionReason};
use crate::domain::{
    AuditEventId, CompetencyAssignmentId, Role, RotationId, SchoolId, TimeRecordId, UserId, assessment, rotation,
};

/// Gives a type the type of a text.
macro_rules! text {
    ($of:ty) => {
        impl Type<Postgres> for $of {
            fn type_info() -> PgTypeInfo {
                <str as Type<Postgres>>::type_info()
            }

            fn compatible(column: &PgTypeInfo) -> bool {
                <str as Type<Postgres>>::compatible(column)
            }
        }

        impl PgHasArrayType for $of {
            fn array_type_info() -> PgTypeInfo {
                <&str as PgHasArrayType>::array_type_info()
            }

            fn array_compatible(column: &PgTypeInfo) -> bool {
                <&str as PgHasArrayType>::array_compatible(column)
            }
        }
    };
}

/// Sends and reads enumerations under the names that strum gives them. A name that is not known
/// is an error; [`Stored`] reads it where it has to be harmless.
macro_rules! enums {
    ($($of:ty),+ $(,)?) => {
        $(
            text!($of);

            impl Encode<'_, Postgres> for $of {
                fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                    let name = <&'static str>::from(*self);
                    <&str as Encode<'_, Postgres>>::encode_by_ref(&name, buffer)
                }
            }

            impl<'r> Decode<'r, Postgres> for $of {
                fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                    let name = <&'r str as Decode<'r, Postgres>>::decode(value)?;
                    Ok(name.parse::<Self>()?)
                }
            }
        )+

        #[test]
        fn every_value_survives_its_text() {
            $(tests::every_value_survives_its_text::<$of>();)+
        }
    };
}

/// Sends and reads ids as the texts that they are.
macro_rules! ids {
    ($($of:ty),+ $(,)?) => {
        $(
            text!($of);

            impl Encode<'_, Postgres> for $of {
                fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                    <&str as Encode<'_, Postgres>>::encode_by_ref(&self.as_str(), buffer)
                }
            }

            impl<'r> Decode<'r, Postgres> for $of {
                fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                    let id = <&'r str as Decode<'r, Postgres>>::decode(value)?;
                    Ok(Self::from(id))
                }
            }
        )+

        #[test]
        fn ids_are_sent_as_their_texts() {
            $(assert_eq!(tests::sent(&<$of>::from("an id")), "an id");)+
        }
    };
}

enums! {
    Role,
    assessment::Status,
    rotation::Status,
    time_record::Status,
    DecisionKind,
    DecisionVerdict,
    RejectionReason,
    Trouble,
}

ids! {
    AuditEventId,
    CompetencyAssignmentId,
    RotationId,
    SchoolId,
    TimeRecordId,
    UserId,
}

impl<E> Type<Postgres> for Stored<E> {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }

    fn compatible(column: &PgTypeInfo) -> bool {
        <str as Type<Postgres>>::compatible(column)
    }
}

impl<'r, E: FromStr> Decode<'r, Postgres> for Stored<E> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&'r str as Decode<'r, Postgres>>::decode(value)?;
        Ok(Self::from(text))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use strum::VariantArray;

    use super::*;

    /// What the database is sent.
    pub(super) fn sent<T: for<'q> Encode<'q, Postgres>>(value: &T) -> String {
        let mut buffer = PgArgumentBuffer::default();
        let is_null = <T as Encode<'_, Postgres>>::encode_by_ref(value, &mut buffer).expect("a text");
        assert!(!is_null.is_null());
        String::from_utf8(buffer.to_vec()).expect("UTF-8")
    }

    pub(super) fn every_value_survives_its_text<T>()
    where
        T: VariantArray + FromStr + Copy + PartialEq + Debug + for<'q> Encode<'q, Postgres>,
    {
        for value in T::VARIANTS {
            let text = sent(value);
            assert_eq!(text.parse::<T>().ok(), Some(*value), "{text}");
        }
    }

    #[test]
    fn values_are_texts_for_the_database() {
        let text = <str as Type<Postgres>>::type_info();
        assert_eq!(<Role as Type<Postgres>>::type_info(), text);
        assert_eq!(<UserId as Type<Postgres>>::type_info(), text);
        assert_eq!(<[Role] as Type<Postgres>>::type_info(), <[&str] as Type<Postgres>>::type_info());
    }
}
