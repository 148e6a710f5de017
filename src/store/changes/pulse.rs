//! The heartbeat of a connection that listens: when a pulse is due, and when it was missed.

use tokio::time::Instant;

use super::{ANSWER_WITHIN, HEARTBEAT, MISSED, SEND_AGAIN};

/// The heartbeat as it stands. Two pulses in a row that did not arrive end the connection.
pub(super) struct Pulse {
    /// When the next one is sent, or the present one is missed.
    pub(super) due: Instant,
    /// Whether one is on the way.
    is_awaited: bool,
    /// Whether the query pool has not reported yet that it sent one.
    pub(super) is_being_sent: bool,
    missed: u32,
    /// Whether the console shows something else than live, until a pulse arrives.
    pub(super) is_doubted: bool,
}

/// What to do about the heartbeat.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Another pulse has to be sent.
    Send,
    /// Nothing, since the query pool is still busy with one.
    Wait,
    /// Two were missed.
    GiveUp,
}

impl Pulse {
    pub(super) fn new(now: Instant) -> Self {
        let due = now + HEARTBEAT;
        Self { due, is_awaited: false, is_being_sent: false, missed: 0, is_doubted: false }
    }

    /// A statement had no answer: one pulse decides. While that one is on its way, more statements
    /// without an answer change nothing: many sessions would put the decision off for ever.
    pub(super) fn doubt(&mut self, now: Instant) {
        if self.is_awaited && self.missed > 0 {
            return;
        }
        *self = Self { due: now, is_awaited: false, missed: 1, is_doubted: true, ..*self };
    }

    /// A pulse arrived; whether that ends a doubt.
    pub(super) fn arrive(&mut self, now: Instant) -> bool {
        let is_being_sent = self.is_being_sent;
        std::mem::replace(self, Self { is_being_sent, ..Self::new(now) }).is_doubted
    }

    /// The time has come for a pulse; one that is still awaited is missed. It has so much
    /// time from now on, and not from when the pool sent it: on a dead path a pool waits for
    /// one connection after the other.
    pub(super) fn beat(&mut self, now: Instant) -> Beat {
        self.missed += u32::from(std::mem::replace(&mut self.is_awaited, true));
        self.due = now + ANSWER_WITHIN;
        if self.missed >= MISSED {
            Beat::GiveUp
        } else if std::mem::replace(&mut self.is_being_sent, true) {
            Beat::Wait
        } else {
            Beat::Send
        }
    }

    /// The pool could or could not send it; whether the connection may still be good.
    pub(super) fn sent(&mut self, now: Instant, is_sent: bool) -> bool {
        self.is_being_sent = false;
        if !is_sent && std::mem::take(&mut self.is_awaited) {
            self.missed += 1;
            self.due = now + SEND_AGAIN;
        }
        self.missed < MISSED
    }

    /// It could not be sent, which says nothing about the connection.
    pub(super) fn postpone(&mut self, now: Instant) {
        (self.is_being_sent, self.is_awaited, self.due) = (false, false, now + SEND_AGAIN);
    }

    /// Whether to inform the console that the path is in doubt.
    pub(super) fn should_tell_doubt(&mut self) -> bool {
        self.missed > 0 && !std::mem::replace(&mut self.is_doubted, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_that_the_pool_cannot_send_is_missed() {
        let now = Instant::now();
        let mut pulse = Pulse::new(now);
        assert_eq!(pulse.beat(now), Beat::Send);
        assert_eq!(pulse.beat(now + ANSWER_WITHIN), Beat::Wait);
        assert!(pulse.should_tell_doubt());
        assert_eq!(pulse.beat(now + 2 * ANSWER_WITHIN), Beat::GiveUp);
    }

    #[test]
    fn a_pulse_is_sent_again_soon_where_sending_failed() {
        let now = Instant::now();
        let mut pulse = Pulse::new(now);
        assert_eq!(pulse.beat(now), Beat::Send);
        assert!(pulse.sent(now, false));
        assert_eq!(pulse.due, now + SEND_AGAIN);
        assert_eq!(pulse.beat(pulse.due), Beat::Send);
        assert!(!pulse.sent(now, false));
    }

    #[test]
    fn a_pulse_that_a_busy_server_has_no_connection_for_is_not_missed() {
        let now = Instant::now();
        let mut pulse = Pulse::new(now);
        assert_eq!(pulse.beat(now), Beat::Send);
        pulse.postpone(now);
        assert_eq!(pulse.beat(pulse.due), Beat::Send);
        assert!(!pulse.should_tell_doubt());
    }

    #[test]
    fn a_pulse_that_arrives_late_ends_the_doubt() {
        let now = Instant::now();
        let mut pulse = Pulse::new(now);
        assert_eq!(pulse.beat(now), Beat::Send);
        assert_eq!(pulse.beat(now + ANSWER_WITHIN), Beat::Wait);
        assert!(pulse.should_tell_doubt());
        assert!(pulse.arrive(now));
        assert_eq!(pulse.due, now + HEARTBEAT);
    }

    #[test]
    fn one_pulse_decides_after_a_statement_without_an_answer() {
        let now = Instant::now();
        let mut pulse = Pulse::new(now);
        pulse.doubt(now);
        assert_eq!(pulse.beat(now), Beat::Send);
        assert_eq!(pulse.beat(now + ANSWER_WITHIN), Beat::GiveUp);
    }

    #[test]
    fn further_doubts_do_not_put_the_decision_off() {
        let now = Instant::now();
        let mut pulse = Pulse::new(now);
        pulse.doubt(now);
        assert_eq!(pulse.beat(now), Beat::Send);
        pulse.doubt(now + SEND_AGAIN);
        assert_eq!(pulse.due, now + ANSWER_WITHIN);
        assert_eq!(pulse.beat(pulse.due), Beat::GiveUp);
    }
}
