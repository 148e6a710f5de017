//! Notification templates: the text and the priority of a notification, and whether it is sent. A
//! school's own template takes precedence over the platform's.

use serde::Deserialize;

use super::field::NotificationTemplateField;
use super::form::Value;
use super::list::{All, ByName, Description, List, ListRow};
use super::notification::Priority;
use super::permission::Permission;

/// The template in force for one kind of notification.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct NotificationTemplate {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub message: String,
    pub category: Option<String>,
    pub priority: Priority,
    pub is_active: bool,
    /// Whether it is the platform's; the school's own otherwise.
    pub is_standard: bool,
    /// The platform's title and message.
    pub standard: String,
}

impl ListRow for NotificationTemplate {
    type View = All;
    type Order = ByName;
    const LIST: List = List::NotificationTemplates;
    const DESCRIPTION: Description = Description {
        table: Some("notification_templates"),
        edit: Some(Permission::EditNotificationTemplates),
        switch: Some(Permission::EditNotificationTemplates),
        ..Description::of(Permission::SeeNotificationTemplates)
    };
}

impl NotificationTemplate {
    /// What is filled in, as `{name}`: the names in the platform's words.
    #[must_use]
    pub fn names(&self) -> String {
        let mut found: Vec<&str> = Vec::new();
        for piece in self.standard.split_inclusive('}') {
            if let Some(start) = piece.rfind('{')
                && piece.ends_with('}')
                && !found.contains(&&piece[start..])
            {
                found.push(&piece[start..]);
            }
        }
        found.join(" ")
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(NotificationTemplateField, Value)> {
        vec![
            (NotificationTemplateField::Title, Value::Text(self.title.clone())),
            (NotificationTemplateField::Message, Value::Text(self.message.clone())),
            (NotificationTemplateField::Priority, Value::choice(self.priority)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_told_once() {
        let template = NotificationTemplate {
            id: "t".into(),
            kind: "X".into(),
            title: "Full".into(),
            message: "Somebody has to wait".into(),
            category: None,
            priority: Priority::High,
            is_active: true,
            is_standard: false,
            standard: "{site} is full – {site}: {present} of {capacity}, open {".into(),
        };
        assert_eq!(template.names(), "{site} {present} {capacity}");
    }
}
