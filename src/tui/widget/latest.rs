//! Repeated requests without a queue: one request is in progress, and only the latest one after it
//! is kept.

/// What is in progress, and what is wanted next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest<K> {
    under_way: Option<K>,
    next: Option<K>,
}

impl<K> Default for Latest<K> {
    fn default() -> Self {
        Self { under_way: None, next: None }
    }
}

impl<K: Clone> Latest<K> {
    /// Wants something: returned when it is to be asked for now.
    pub fn want(&mut self, key: K) -> Option<K> {
        if self.under_way.is_some() {
            self.next = Some(key);
            return None;
        }
        self.under_way = Some(key.clone());
        Some(key)
    }

    /// What is in progress.
    #[must_use]
    pub fn under_way(&self) -> Option<&K> {
        self.under_way.as_ref()
    }

    /// The answer came: what is to be asked for next.
    pub fn answered(&mut self) -> Option<K> {
        self.under_way = None;
        let next = self.next.take()?;
        self.want(next)
    }
}
