use crate::v1::{auth, connection, secret, Auth, Connection, HttpSettings, Secret};

/// Making connections. Whatever has no method here is a field.
///
/// ```
/// use ductape_jobs::{Auth, Connection, HttpSettings, Secret};
///
/// let http = HttpSettings::at("https://billing.example.com/v1");
/// let token = Secret::file("/run/secrets/billing"); // of the server
/// let billing = Connection::new("billing", http.clone().with_auth(Auth::bearer(token)))
///     .with_env("stg", http);
/// ```
impl Connection {
    /// A connection with these settings, which are those of environments without settings of their
    /// own.
    pub fn new(tag: impl Into<String>, settings: impl Into<connection::Settings>) -> Self {
        Connection {
            tag: tag.into(),
            ..Default::default()
        }
        .with_env("", settings)
    }

    /// Sets the settings of an environment; of the empty one the default.
    #[must_use]
    pub fn with_env(
        mut self,
        env: impl Into<String>,
        settings: impl Into<connection::Settings>,
    ) -> Self {
        self.env.insert(env.into(), settings.into());
        self
    }

    /// Sets the display name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets a label.
    #[must_use]
    pub fn with_label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }
}

impl HttpSettings {
    /// A service at this absolute URL, which paths of events are appended to.
    pub fn at(base_url: impl Into<String>) -> Self {
        HttpSettings {
            base_url: base_url.into(),
            ..Default::default()
        }
    }

    /// Sets a header field of every request. It is no place for a secret.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// How requests show who sends them.
    #[must_use]
    pub fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = Some(auth);
        self
    }
}

impl From<HttpSettings> for connection::Settings {
    fn from(settings: HttpSettings) -> Self {
        connection::Settings {
            kind: Some(connection::settings::Kind::Http(settings)),
        }
    }
}

impl Auth {
    /// `Authorization: Bearer`, with this token.
    pub fn bearer(token: Secret) -> Self {
        Self::of(auth::Kind::Bearer(auth::Bearer { token: Some(token) }))
    }

    /// `Authorization: Basic`, of user name and password.
    pub fn basic(username: impl Into<String>, password: Secret) -> Self {
        Self::of(auth::Kind::Basic(auth::Basic {
            username: username.into(),
            password: Some(password),
        }))
    }

    /// A key as the value of this header field.
    pub fn api_key_in_header(name: impl Into<String>, key: Secret) -> Self {
        Self::api_key(auth::api_key::Place::Header(name.into()), key)
    }

    /// A key as the value of this query parameter, which the target's logs may show.
    pub fn api_key_in_query(name: impl Into<String>, key: Secret) -> Self {
        Self::api_key(auth::api_key::Place::Query(name.into()), key)
    }

    fn api_key(place: auth::api_key::Place, key: Secret) -> Self {
        Self::of(auth::Kind::ApiKey(auth::ApiKey {
            place: Some(place),
            key: Some(key),
        }))
    }

    fn of(kind: auth::Kind) -> Self {
        Auth { kind: Some(kind) }
    }
}

impl Secret {
    /// The secret itself, which the server stores encrypted and never shows. That needs a server
    /// with a key.
    pub fn value(value: impl Into<String>) -> Self {
        Self::of(secret::Source::Value(value.into()))
    }

    /// What a file of the server holds, by its absolute path. The server must give it.
    pub fn file(path: impl Into<String>) -> Self {
        Self::of(secret::Source::File(path.into()))
    }

    /// What an environment variable of the server holds. The server must give it.
    pub fn env_var(name: impl Into<String>) -> Self {
        Self::of(secret::Source::EnvVar(name.into()))
    }

    fn of(source: secret::Source) -> Self {
        Secret {
            source: Some(source),
            ..Default::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(connection: &Connection, env: &str) -> HttpSettings {
        let Some(connection::settings::Kind::Http(http)) = connection.env[env].kind.clone() else {
            panic!("{connection:?}")
        };
        http
    }

    #[test]
    fn each_environment_has_settings_of_its_own() {
        let connection = Connection::new("crm", HttpSettings::at("https://crm.example.com"))
            .with_env(
                "stg",
                HttpSettings::at("https://stg.example.com").with_header("X-Team", "a"),
            );
        assert_eq!(http(&connection, "").base_url, "https://crm.example.com");
        assert_eq!(http(&connection, "stg").headers["X-Team"], "a");
        assert_eq!(connection.env.len(), 2);
    }

    #[test]
    fn secrets_stand_where_they_belong() {
        let key = Auth::api_key_in_header("X-Key", Secret::env_var("CRM_KEY"));
        let Some(auth::Kind::ApiKey(key)) = key.kind else {
            panic!("another kind")
        };
        assert_eq!(
            key.place,
            Some(auth::api_key::Place::Header("X-Key".into()))
        );
        assert_eq!(
            key.key.unwrap().source,
            Some(secret::Source::EnvVar("CRM_KEY".into()))
        );
        let Some(auth::Kind::Basic(basic)) = Auth::basic("me", Secret::value("p")).kind else {
            panic!("another kind")
        };
        assert_eq!(
            (basic.username.as_str(), basic.password),
            ("me", Some(Secret::value("p")))
        );
    }
}
