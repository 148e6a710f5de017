//! Performs a kiosk's effects, each in its own task.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Device;
use crate::runtime::{Effects, FINISH_WITHIN, PendingWork, Started};
use crate::tui::kiosk::{Effect, Kiosk, Message};

/// Starts effects on a device and sends their answers.
#[derive(Debug)]
pub struct DeviceEffects {
    device: Arc<Device>,
    answers: mpsc::Sender<Message>,
    work: PendingWork,
    /// The effects in progress: a kiosk does not end over a punch that is neither in the
    /// database nor in the journal.
    finishing: JoinSet<()>,
}

impl DeviceEffects {
    pub(super) fn new(device: Arc<Device>, answers: mpsc::Sender<Message>, work: PendingWork) -> Self {
        Self { device, answers, work, finishing: JoinSet::new() }
    }
}

impl Effects<Kiosk> for DeviceEffects {
    fn start(&mut self, effect: Effect) -> Started {
        if effect == Effect::Quit {
            return Started::End;
        }
        // What has ended needs no waiting for.
        while self.finishing.try_join_next().is_some() {}
        let (device, answers, guard) = (Arc::clone(&self.device), self.answers.clone(), self.work.begin());
        self.finishing.spawn(async move {
            if let Some(message) = perform(&device, effect).await {
                // A kiosk that has ended takes no answers.
                let _ = answers.send(message).await;
            }
            drop(guard);
        });
        Started::UnderWay
    }

    fn pending(&self) -> PendingWork {
        self.work.clone()
    }

    /// A kiosk has nobody to tell anything to.
    async fn finish(mut self, mut answers: mpsc::Receiver<Message>) -> Vec<String> {
        let all = async {
            loop {
                tokio::select! {
                    // Taken, so that no task waits for room.
                    Some(_) = answers.recv() => {}
                    done = self.finishing.join_next() => if done.is_none() { break },
                }
            }
        };
        if tokio::time::timeout(FINISH_WITHIN, all).await.is_err() {
            tracing::warn!("something was still under way when the kiosk ended");
        }
        Vec::new()
    }
}

async fn perform(device: &Device, effect: Effect) -> Option<Message> {
    Some(match effect {
        Effect::Enrol(code) => Message::Enrolled(device.enrol(code).await),
        Effect::Punch(asked) => {
            let (asked, came) = device.punch(asked).await;
            Message::Punched(asked, came)
        }
        Effect::Leave { badge, pin } => Message::Left(device.leave(badge, pin).await),
        Effect::Quit => return None,
    })
}
