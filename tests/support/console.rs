//! A whole console on a screen in memory: the same loop, the same effects, a
//! real database; only the terminal is a buffer.

use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use medstint::runtime::screen::{Host, Screen};
use medstint::runtime::{self, Incoming, Now};
use medstint::session::{self, Outside, TokenFile};
use medstint::store::changes::Hub;
use medstint::store::sessions::Origin;
use medstint::store::{Address, SharingTimes, Store, pool_with};
use medstint::tui::Settings;
use medstint::tui::keymap::Keymap;
use medstint::tui::message::Message;
use medstint::tui::pane::PaneSettings;
use medstint::tui::view::view;
use medstint::tui::widget::theme::Theme;
use medstint::tui::zone::Zone;
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Database, World};

/// Connections besides the shared one close sooner than a person's do.
const SHARING: SharingTimes = SharingTimes { long: Duration::from_secs(1), idle: Duration::from_millis(500) };
/// And it reads again sooner after its connection was lost.
const SPREAD: Duration = Duration::from_millis(100);

/// A console that somebody sits in front of.
#[derive(Debug)]
pub struct Console {
    screen: SharedBackend,
    inputs: mpsc::UnboundedSender<Incoming<Message>>,
    /// What it says once it has closed.
    task: JoinHandle<Vec<String>>,
    pub copied: Arc<Mutex<Vec<String>>>,
    /// What rang, title and message.
    pub rang: Arc<Mutex<Vec<String>>>,
    /// How far the person's clock is ahead: whoever reads the screen takes a
    /// second, and the console knows keys that come without one.
    ahead: Arc<AtomicI64>,
    /// Where it keeps its session.
    state: tempfile::TempDir,
}

impl Console {
    /// Opens a console in which a person of the world is signed in already.
    pub async fn of(world: &World, user: &str) -> Self {
        let token = world.token(user).await;
        Self::open(&world.database, Some(token.expose()), (80, 24))
    }

    /// Opens a console in which nobody is signed in.
    pub fn signed_out(database: &Database) -> Self {
        Self::open(database, None, (80, 24))
    }

    pub fn open(database: &Database, token: Option<&str>, size: (u16, u16)) -> Self {
        Self::with(database, token, size, settings(), super::world::now)
    }

    /// The same on a machine whose clock says this.
    pub fn with_clock(database: &Database, token: Option<&str>, clock: fn() -> DateTime<Utc>) -> Self {
        Self::with(database, token, (80, 24), settings(), clock)
    }

    /// Opens a console that only reads.
    pub fn monitor(database: &Database) -> Self {
        Self::with(database, None, (80, 24), Settings { read_only: true, ..settings() }, super::world::now)
    }

    /// Opens a console whose queries go to this URL; notifications come from the server.
    pub async fn through(world: &World, user: &str, url: &str) -> Self {
        let token = world.token(user).await;
        let queries = Address::parse(Some(url)).expect("a good URL");
        let listen = world.database.app_address();
        Self::listening(queries, listen, Some(token.expose()), (80, 24), settings(), super::world::now, None)
    }

    /// Opens a console in a process that listens once for all of its sessions.
    pub async fn served(world: &World, user: &str, hub: &Hub) -> Self {
        let token = world.token(user).await;
        let address = world.database.app_address();
        let hub = Some(hub.clone());
        Self::listening(address.clone(), address, Some(token.expose()), (80, 24), settings(), super::world::now, hub)
    }

    fn with(
        database: &Database,
        token: Option<&str>,
        size: (u16, u16),
        settings: Settings,
        clock: fn() -> DateTime<Utc>,
    ) -> Self {
        let address = database.app_address();
        Self::listening(address.clone(), address, token, size, settings, clock, None)
    }

    fn listening(
        queries: Address,
        listen: Address,
        token: Option<&str>,
        size: (u16, u16),
        settings: Settings,
        clock: fn() -> DateTime<Utc>,
        hub: Option<Hub>,
    ) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let token_file = TokenFile(Some(dir.path().join("session")));
        if let Some(token) = token {
            token_file.save(&medstint::domain::Secret::new(token)).expect("a token file");
        }
        let outside = Outside {
            store: Store::new(pool_with(&queries, 4, SHARING)),
            queries,
            listen,
            hub,
            spread: SPREAD,
            clock,
            origin: Origin {
                address: Some("192.0.2.1".into()),
                device: "test".into(),
                client: if settings.read_only { session::MONITOR } else { "console" },
            },
            token_file,
            sign_in_as: None,
            key: None,
            seat: None,
            recorder: Arc::default(),
        };
        let screen = SharedBackend(Arc::new(Mutex::new(TestBackend::new(size.0, size.1))));
        let (inputs, mut received) = mpsc::unbounded_channel();
        let copied = Arc::new(Mutex::new(Vec::new()));
        let ahead = Arc::new(AtomicI64::new(0));
        let rang = Arc::new(Mutex::new(Vec::new()));
        let host = TestHost { copied: Arc::clone(&copied), rang: Arc::clone(&rang) };
        let mut output = Screen::new(Terminal::new(screen.clone()).expect("a terminal"), host, view);
        let seconds = Arc::clone(&ahead);
        let clock = move || {
            let ahead = chrono::TimeDelta::seconds(seconds.load(Ordering::SeqCst));
            Now { at: super::world::now() + ahead, zone: Zone::Utc }
        };
        let program = session::console(settings, outside, size, clock());
        let task = tokio::spawn(async move {
            let stream = futures_util::stream::poll_fn(move |context| received.poll_recv(context));
            runtime::run(program, stream, &mut output, clock).await.expect("an orderly end").sentences
        });
        Self { screen, inputs, task, copied, rang, ahead, state: dir }
    }

    /// Presses keys, written as in the configuration, separated by spaces.
    pub fn press(&self, keys: &str) -> &Self {
        for key in keys.split(' ') {
            self.send(Message::Key(parse(key)));
        }
        self
    }

    /// Types a text, letter by letter.
    pub fn type_text(&self, text: &str) -> &Self {
        for c in text.chars() {
            self.send(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self
    }

    pub fn send_backspace(&self) -> &Self {
        self.send(Message::Key(KeyEvent::new(KeyCode::Backspace, KeyModifiers::NONE)));
        self
    }

    pub fn paste(&self, text: &str) -> &Self {
        self.send(Message::Paste(text.to_owned()));
        self
    }

    pub fn send(&self, message: Message) {
        self.inputs.send(Incoming::Input(message)).expect("a console that runs");
    }

    /// What is on the screen now.
    pub fn text(&self) -> String {
        let backend = self.screen.0.lock().expect("the screen");
        let buffer = backend.buffer();
        let width = usize::from(buffer.area.width);
        let lines = buffer.content().chunks(width).map(|line| line.iter().map(Cell::symbol).collect::<String>());
        lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// Waits until the screen shows something.
    pub async fn shows(&self, what: &str) -> &Self {
        self.until(&format!("“{what}”"), |text| text.contains(what)).await
    }

    /// Waits until the queue has so many records and the cursor is on one.
    pub async fn has_queue_of(&self, count: usize) -> &Self {
        self.shows(&format!("{count} records")).await.shows("▌").await
    }

    /// Waits until the screen no longer shows something.
    pub async fn hides(&self, what: &str) -> &Self {
        self.until(&format!("“{what}” to leave"), |text| !text.contains(what)).await
    }

    pub async fn until(&self, what: &str, condition: impl Fn(&str) -> bool) -> &Self {
        let deadline = std::time::Instant::now() + super::PATIENCE;
        loop {
            let text = self.text();
            if condition(&text) {
                self.ahead.fetch_add(1, Ordering::SeqCst);
                return self;
            }
            assert!(std::time::Instant::now() < deadline, "waited in vain for {what}; the screen shows:\n{text}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The line of the screen that the cursor is on.
    pub fn line_at_cursor(&self) -> String {
        self.text().lines().find(|line| line.starts_with('▌')).unwrap_or_default().to_owned()
    }

    /// Whether its session is kept for the next start.
    pub fn keeps_session(&self) -> bool {
        self.state.path().join("session").exists()
    }

    /// Is told to end, as by a signal; what the console says once it has closed.
    pub async fn quit(self) -> Vec<String> {
        self.tell_end();
        self.task.await.expect("an orderly end")
    }

    /// Tells it to end, and does not wait for that.
    pub fn tell_end(&self) {
        let _ = self.inputs.send(Incoming::End);
    }
}

pub fn settings() -> Settings {
    Settings {
        theme: Theme::default(),
        keymap: Keymap::new(&std::collections::BTreeMap::new()).expect("the default keys"),
        lock_after: chrono::TimeDelta::minutes(15),
        database: "medstint_app@test".into(),
        path_warnings: Vec::new(),
        email: String::new(),
        panes: PaneSettings {
            columns: medstint::domain::time_record::COLUMNS.map(str::to_owned).into(),
            filters: [("morning", "flagged age>1d"), ("severe", "severity>=HIGH")]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
        },
        bell: true,
        read_only: false,
        ends_with_session: false,
        offered_key: None,
    }
}

fn parse(key: &str) -> KeyEvent {
    let (code, modifiers) = match key {
        "enter" => (KeyCode::Enter, KeyModifiers::NONE),
        "esc" => (KeyCode::Esc, KeyModifiers::NONE),
        "tab" => (KeyCode::Tab, KeyModifiers::NONE),
        "space" => (KeyCode::Char(' '), KeyModifiers::NONE),
        "up" => (KeyCode::Up, KeyModifiers::NONE),
        "down" => (KeyCode::Down, KeyModifiers::NONE),
        "right" => (KeyCode::Right, KeyModifiers::NONE),
        "left" => (KeyCode::Left, KeyModifiers::NONE),
        "backtab" => (KeyCode::BackTab, KeyModifiers::NONE),
        "home" => (KeyCode::Home, KeyModifiers::NONE),
        "end" => (KeyCode::End, KeyModifiers::NONE),
        _ => match key.strip_prefix("ctrl-") {
            Some(c) => (KeyCode::Char(c.chars().next().expect("a letter")), KeyModifiers::CONTROL),
            None => (KeyCode::Char(key.chars().next().expect("a key")), KeyModifiers::NONE),
        },
    };
    KeyEvent::new(code, modifiers)
}

#[derive(Debug)]
struct TestHost {
    copied: Arc<Mutex<Vec<String>>>,
    rang: Arc<Mutex<Vec<String>>>,
}

impl Host for TestHost {
    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.copied.lock().expect("the clipboard").push(text.to_owned());
        Ok(())
    }
    fn ring(&mut self, title: &str, message: &str) -> io::Result<()> {
        self.rang.lock().expect("the bell").push(format!("{title}: {message}"));
        Ok(())
    }
}

/// A screen in memory that the test and the console both hold.
#[derive(Clone, Debug)]
struct SharedBackend(Arc<Mutex<TestBackend>>);

impl SharedBackend {
    fn with<T>(&self, work: impl FnOnce(&mut TestBackend) -> Result<T, std::convert::Infallible>) -> io::Result<T> {
        let mut backend = self.0.lock().map_err(|_| io::Error::other("poisoned"))?;
        work(&mut backend).map_err(|never| match never {})
    }
}

impl Backend for SharedBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.with(|backend| backend.draw(content))
    }
    fn hide_cursor(&mut self) -> io::Result<()> {
        self.with(Backend::hide_cursor)
    }
    fn show_cursor(&mut self) -> io::Result<()> {
        self.with(Backend::show_cursor)
    }
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.with(Backend::get_cursor_position)
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.with(|backend| backend.set_cursor_position(position))
    }
    fn clear(&mut self) -> io::Result<()> {
        self.with(Backend::clear)
    }
    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.with(|backend| backend.clear_region(clear_type))
    }
    fn size(&self) -> io::Result<Size> {
        self.with(|backend| backend.size())
    }
    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.with(Backend::window_size)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.with(Backend::flush)
    }
}
