//! Signing out: forgets the session on this machine, then ends it in the database.

use super::lifecycle::HeldSession;
use super::{MONITOR, Outside};
use crate::domain::Failure;
use crate::store;

/// Ends a session in the database.
pub(super) async fn revoke(outside: &Outside, session: Option<HeldSession>) -> Result<(), Failure> {
    let Some(HeldSession { token, actor: Some(actor) }) = session else { return Ok(()) };
    let ended = if outside.origin.client == MONITOR {
        outside.store.end_monitor(&token).await
    } else {
        store::sessions::sign_out(&outside.store.bind(&token, &actor)?).await
    };
    match ended {
        // It had ended by itself.
        Err(Failure::SignedOut) => Ok(()),
        ended => ended,
    }
}

/// What of a sign-out did not work: on this machine, and in the database.
pub(super) fn trouble_of(forgotten: std::io::Result<()>, ended: Result<(), Failure>) -> Option<String> {
    let mut trouble = Vec::new();
    if let Err(error) = forgotten {
        tracing::warn!(%error, "the kept session could not be removed");
        trouble.push(format!("The session file could not be removed ({error}). Delete it from the state directory."));
    }
    if let Err(failure) = ended {
        tracing::warn!(%failure, "the session could not be ended in the database");
        trouble.push(session_left("The session", &failure));
    }
    (!trouble.is_empty()).then(|| trouble.join(" "))
}

/// That a session could not be ended, or may not have been, and who can end it.
#[must_use]
pub fn session_left(which: &str, failure: &Failure) -> String {
    let what = match failure {
        Failure::OutcomeUnknown => {
            format!("{which} may still be open. The connection was lost before the database answered")
        }
        failure => format!("{which} could not be ended and stays valid until it expires. {failure}"),
    };
    format!("{}. An administrator can end it with :sessions.", what.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_out_that_worked_has_nothing_to_tell() {
        assert_eq!(trouble_of(Ok(()), Ok(())), None);
    }

    #[test]
    fn a_session_that_could_not_be_ended_is_told() {
        let told = trouble_of(Ok(()), Err(Failure::Unavailable("it did not answer in time".into())));
        assert!(told.is_some_and(|told| told.contains("stays valid until it expires") && told.contains(":sessions")));
    }

    #[test]
    fn a_session_that_may_have_ended_is_not_said_to_be_open() {
        let told = session_left("The session", &Failure::OutcomeUnknown);
        assert!(told.starts_with("The session may still be open. ") && !told.contains("saved"), "{told}");
    }

    #[test]
    fn a_session_that_is_still_on_the_disk_is_told() {
        let told = trouble_of(Err(std::io::ErrorKind::PermissionDenied.into()), Ok(()));
        assert!(told.is_some_and(|told| told.contains("could not be removed")));
    }
}
