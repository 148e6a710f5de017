//! The sessions that one connection listens for.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::line::Line;
use super::spread::up_to;
use super::{CHANNELS_EVERY, Heard};
use crate::domain::{Change, Link, Secret};

/// Nobody listens any more.
#[derive(Debug)]
pub(super) struct Gone;

/// Those who hear what arrives on a line.
pub(super) trait Audience: Send {
    /// Whether statements borrow the connection that listens.
    const LENDS: bool;

    /// Listens on a new line to what the audience may hear of.
    fn follow(&mut self, line: &Line) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Says how well changes are heard.
    fn say_link(&mut self, link: Link) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Says how well changes are heard from now on, and that everything has to be read again.
    fn resync(&mut self, link: Link) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Says how the clocks differ.
    fn say_clock(&mut self, news: Heard) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Passes a change on to those who may hear of this channel.
    fn pass_on(&mut self, channel: &str, change: Change) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Waits until `attend` has something to do. May be dropped at any time.
    fn wait(&mut self) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Does what is due on the line, such as asking for the names of channels again.
    fn attend(&mut self, line: &Line) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Says what falls due while there is no line. Ends only when nobody listens any more. May be
    /// dropped at any time.
    fn rest(&mut self) -> impl Future<Output = Gone> + Send;
}

/// The one session of a console. It takes in everything, so the line waits for it.
///
/// Many consoles lose their connections together, when the server restarts. So a console that has
/// read before waits for a random part of `spread` until it reads everything again. It is not
/// called live meanwhile.
pub(super) struct Console {
    token: Secret,
    heard: mpsc::Sender<Heard>,
    renew_at: Instant,
    spread: Duration,
    /// How well changes are heard, as it was last told. Nothing before it first reads everything.
    told: Option<Link>,
    /// When it reads everything again, and how well changes are heard then.
    due: Option<(Instant, Link)>,
}

impl Console {
    pub(super) fn new(token: Secret, heard: mpsc::Sender<Heard>, spread: Duration) -> Self {
        Self { token, heard, renew_at: Instant::now() + CHANNELS_EVERY, spread, told: None, due: None }
    }

    async fn say(&self, heard: Heard) -> Result<(), Gone> {
        self.heard.send(heard).await.map_err(|_| Gone)
    }

    async fn tell(&mut self, link: Link) -> Result<(), Gone> {
        // Before the first reading nothing is spread, whatever was told.
        self.told = self.told.map(|_| link);
        self.say(Heard::Link(link)).await
    }

    async fn read_again(&mut self, link: Link) -> Result<(), Gone> {
        self.say(Heard::Link(link)).await?;
        self.say(Heard::Change(Change::Resync)).await?;
        (self.told, self.due) = (Some(link), None);
        Ok(())
    }

    async fn read_what_is_due(&mut self) -> Result<(), Gone> {
        match self.due {
            Some((at, link)) if at <= Instant::now() => self.read_again(link).await,
            _ => Ok(()),
        }
    }
}

impl Audience for Console {
    const LENDS: bool = true;

    async fn follow(&mut self, line: &Line) -> Result<(), sqlx::Error> {
        self.renew_at = Instant::now() + CHANNELS_EVERY;
        line.follow(&self.token).await
    }

    async fn say_link(&mut self, link: Link) -> Result<(), Gone> {
        if link == Link::Offline {
            self.due = None;
        }
        if let Some((_, then)) = &mut self.due {
            *then = link;
            if link == Link::Live {
                return Ok(());
            }
        }
        self.tell(link).await
    }

    async fn resync(&mut self, link: Link) -> Result<(), Gone> {
        // Consoles that poll have been spread already.
        if matches!(self.told, None | Some(Link::Polling { .. })) {
            return self.read_again(link).await;
        }
        let at = self.due.map_or_else(|| Instant::now() + up_to(self.spread), |(at, _)| at);
        self.due = Some((at, link));
        self.read_what_is_due().await?;
        if self.due.is_some() { self.tell(Link::Checking).await } else { Ok(()) }
    }

    async fn say_clock(&mut self, news: Heard) -> Result<(), Gone> {
        self.say(news).await
    }

    async fn pass_on(&mut self, _: &str, change: Change) -> Result<(), Gone> {
        // It is read with everything else.
        if self.due.is_some() {
            return Ok(());
        }
        self.say(Heard::Change(change)).await
    }

    async fn wait(&mut self) -> Result<(), Gone> {
        let next = self.due.map_or(self.renew_at, |(at, _)| at.min(self.renew_at));
        tokio::select! {
            () = self.heard.closed() => Err(Gone),
            () = sleep_until(next) => Ok(()),
        }
    }

    async fn attend(&mut self, line: &Line) -> Result<(), sqlx::Error> {
        if self.read_what_is_due().await.is_err() {
            // `wait` finds it gone.
            return Ok(());
        }
        if self.renew_at <= Instant::now() { self.follow(line).await } else { Ok(()) }
    }

    async fn rest(&mut self) -> Gone {
        loop {
            let due = self.due.map(|(at, _)| at);
            tokio::select! {
                () = self.heard.closed() => return Gone,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            }
            if self.read_what_is_due().await.is_err() {
                return Gone;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;
    use crate::domain::{Operation, Resource};

    /// Longer than any test.
    const LONG: Duration = Duration::from_hours(1);
    const SHORT: Duration = Duration::from_millis(20);

    fn console(spread: Duration) -> (Console, mpsc::Receiver<Heard>) {
        let (say, heard) = mpsc::channel(16);
        (Console::new(Secret::new("token"), say, spread), heard)
    }

    /// A console that was live and lost its connection.
    async fn offline(spread: Duration) -> (Console, mpsc::Receiver<Heard>) {
        let (mut console, mut heard) = console(spread);
        console.resync(Link::Live).await.expect("a listener");
        console.say_link(Link::Offline).await.expect("a listener");
        all(&mut heard);
        (console, heard)
    }

    fn all(heard: &mut mpsc::Receiver<Heard>) -> Vec<Heard> {
        std::iter::from_fn(|| heard.try_recv().ok()).collect()
    }

    #[tokio::test]
    async fn the_first_connection_is_read_from_at_once() {
        let (mut console, mut heard) = console(LONG);
        console.say_link(Link::Offline).await.expect("a listener");
        console.resync(Link::Live).await.expect("a listener");
        let expected = [Heard::Link(Link::Offline), Heard::Link(Link::Live), Heard::Change(Change::Resync)];
        assert_eq!(all(&mut heard), expected);
    }

    #[tokio::test]
    async fn a_console_is_checking_until_it_reads_again() {
        let (mut console, mut heard) = offline(LONG).await;
        console.resync(Link::Live).await.expect("a listener");
        console.say_link(Link::Live).await.expect("a listener");
        assert_eq!(all(&mut heard), [Heard::Link(Link::Checking)]);
    }

    #[tokio::test]
    async fn a_console_is_live_when_it_reads_again() {
        let (mut console, mut heard) = offline(SHORT).await;
        console.resync(Link::Live).await.expect("a listener");
        assert!(timeout(2 * SHORT, console.rest()).await.is_err());
        let heard = all(&mut heard);
        assert_eq!(heard[heard.len() - 2..], [Heard::Link(Link::Live), Heard::Change(Change::Resync)]);
    }

    #[tokio::test]
    async fn a_line_that_opens_before_a_console_polls_is_read_from_once() {
        let (mut console, mut heard) = offline(SHORT).await;
        console.resync(Link::Polling { every_s: 5 }).await.expect("a listener");
        console.resync(Link::Live).await.expect("a listener");
        assert!(timeout(2 * SHORT, console.rest()).await.is_err());
        let readings = all(&mut heard).into_iter().filter(|heard| *heard == Heard::Change(Change::Resync));
        assert_eq!(readings.count(), 1);
    }

    #[tokio::test]
    async fn changes_before_a_console_reads_again_are_not_read_twice() {
        let (mut console, mut heard) = offline(LONG).await;
        console.resync(Link::Live).await.expect("a listener");
        let (resource, operation) = (Resource::TimeRecords, Operation::Update);
        let change = Change::Rows { resource, operation, ids: Vec::new(), count: 1 };
        console.pass_on("channel", change).await.expect("a listener");
        assert_eq!(all(&mut heard), [Heard::Link(Link::Checking)]);
    }

    #[tokio::test]
    async fn a_console_that_is_offline_again_reads_nothing() {
        let (mut console, mut heard) = offline(SHORT).await;
        console.resync(Link::Live).await.expect("a listener");
        console.say_link(Link::Offline).await.expect("a listener");
        assert!(timeout(2 * SHORT, console.rest()).await.is_err());
        assert!(!all(&mut heard).contains(&Heard::Change(Change::Resync)));
    }

    #[tokio::test]
    async fn a_console_that_closes_waits_for_nothing() {
        let (mut console, heard) = offline(LONG).await;
        drop(heard);
        timeout(LONG, console.rest()).await.expect("it is gone");
    }
}
