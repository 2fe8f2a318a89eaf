//! Named secrets: values that the project knows, written as `{{name}}` and put back when a request is
//! asked again.

use super::{RuleError, spans::pairs};
use crate::json::Json;
use memchr::memmem::Finder;
use std::{borrow::Cow, ops::Range};

/// The least length of a named secret. Shorter values stand in innocent places too, where replacing
/// them would destroy what was recorded.
const MIN: usize = 8;

/// A named secret: its value is written as `{{name}}` and put back when a request is asked again.
#[derive(Clone)]
pub struct Secret {
    /// As the project calls it: letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// Eight bytes at least where it is to be found; to be put back any will do.
    pub value: String,
}

/// Shown without the value.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({})", self.name)
    }
}

struct Named {
    secret: Secret,
    /// Whether its value is looked for: a short one is only put back.
    sought: bool,
    /// The value itself first.
    forms: Vec<Form>,
}

/// A way in which a value is written.
struct Form {
    text: String,
    placeholder: String,
    finder: Finder<'static>,
}

/// The value as it is, and as it stands in a URL or a document that is itself only a text: `{{name}}`,
/// `{{url:name}}` and `{{json:name}}`.
fn forms(secret: &Secret) -> Vec<Form> {
    let upper = pairs::encode(&secret.value, "");
    let quoted = Json::String(secret.value.clone()).to_string();
    let texts = [
        ("", secret.value.clone()),
        ("url:", upper.replace("%20", "+")),
        ("url:", lower_escapes(&upper)),
        ("url:", upper),
        ("json:", quoted[1..quoted.len() - 1].to_owned()),
    ];
    let mut forms: Vec<Form> = Vec::new();
    for (prefix, text) in texts {
        if forms.iter().all(|form| form.text != text) {
            let finder = Finder::new(text.as_bytes()).into_owned();
            forms.push(Form { placeholder: format!("{{{{{prefix}{}}}}}", secret.name), text, finder });
        }
    }
    forms
}

fn lower_escapes(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (escape, rest) = piece.split_at(piece.len().min(2));
        out.push('%');
        out.push_str(&escape.to_ascii_lowercase());
        out.push_str(rest);
    }
    out
}

/// A project's named secrets, the longest first.
pub(super) struct NamedSecrets(Vec<Named>);

impl NamedSecrets {
    /// Secrets to be found and put back. Where nothing is saved, `short` ones may stand among them, which are
    /// only put back.
    pub(super) fn new(secrets: Vec<Secret>, short: bool) -> Result<Self, RuleError> {
        let mut named: Vec<Named> = Vec::with_capacity(secrets.len());
        for secret in secrets {
            let name = &secret.name;
            if !is_name(name) {
                let what = format!(
                    "expected letters, digits, `-`, `_` and `.` in the name of a secret, found {name:?}"
                );
                return Err(RuleError::new(what, "rename it under `secrets:`"));
            }
            let sought = secret.value.len() >= MIN;
            if !sought && !short {
                let what = format!(
                    "expected at least {MIN} bytes in the secret {name:?}, found {}: so short a value stands in innocent places too",
                    secret.value.len()
                );
                let hint = "give its header, query or member name under `redact:` instead; structural redaction needs no length";
                return Err(RuleError::new(what, hint));
            }
            if let Some(other) = named.iter().find(|n| n.secret.name == *name) {
                let what = format!("expected one value for the secret {:?}, found two", other.secret.name);
                return Err(RuleError::new(what, "give each secret a name of its own"));
            }
            let forms = forms(&secret);
            named.push(Named { secret, sought, forms });
        }
        named.sort_by_key(|n| std::cmp::Reverse(n.secret.value.len()));
        Ok(NamedSecrets(named))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with every value named, and the names used.
    pub(super) fn name(&self, text: &str) -> Option<(String, Vec<&str>)> {
        let mut out = Cow::Borrowed(text);
        let mut used = Vec::new();
        for named in self.0.iter().filter(|named| named.sought) {
            for form in &named.forms {
                if form.finder.find(out.as_bytes()).is_some() {
                    out = Cow::Owned(out.replace(&form.text, &form.placeholder));
                    used.push(named.secret.name.as_str());
                }
            }
        }
        (!used.is_empty()).then(|| (out.into_owned(), used))
    }

    /// Where the value of a secret stands in any form, with its placeholder and its name.
    pub(super) fn find<'a>(
        &'a self,
        text: &'a [u8],
    ) -> impl Iterator<Item = (Range<usize>, &'a str, &'a str)> {
        let sought = self.0.iter().filter(|named| named.sought);
        let forms =
            sought.flat_map(|named| named.forms.iter().map(|form| (form, named.secret.name.as_str())));
        forms.flat_map(|(form, name)| {
            let spans = form.finder.find_iter(text).map(|at| at..at + form.text.len());
            spans.map(move |span| (span, form.placeholder.as_str(), name))
        })
    }

    /// Changes what stands around the placeholders of known secrets; none if there are none.
    pub(super) fn around(&self, text: &str, change: &mut dyn FnMut(&str) -> String) -> Option<String> {
        if self.0.is_empty() || !text.contains("{{") {
            return None;
        }
        let next = |rest: &str| {
            let forms = self.0.iter().flat_map(|n| &n.forms);
            forms.filter_map(|form| rest.find(&form.placeholder).map(|at| (at, form.placeholder.len()))).min()
        };
        let mut rest = text;
        let mut out = String::with_capacity(text.len());
        let mut any = false;
        while let Some((at, len)) = next(rest) {
            any = true;
            out.push_str(&if at > 0 { change(&rest[..at]) } else { String::new() });
            out.push_str(&rest[at..at + len]);
            rest = &rest[at + len..];
        }
        out.push_str(&if any && !rest.is_empty() { change(rest) } else { String::new() });
        any.then_some(out)
    }

    /// The text with every placeholder replaced by its value; `missing` gets the names without one.
    pub(super) fn reveal(&self, text: &str, missing: &mut Vec<String>) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        let mut any = false;
        while let Some(open) = rest.find("{{") {
            let Some(len) = rest[open + 2..].find("}}") else { break };
            let name = &rest[open + 2..open + 2 + len];
            let mut forms = self.0.iter().flat_map(|n| &n.forms).rev();
            match forms.find(|form| form.placeholder == rest[open..open + 4 + len]) {
                Some(form) => {
                    out.push_str(&rest[..open]);
                    out.push_str(&form.text);
                    rest = &rest[open + 4 + len..];
                    any = true;
                }
                None => {
                    let name = name.rsplit(':').next().unwrap_or(name);
                    if is_name(name) && !missing.iter().any(|m| m == name) {
                        missing.push(name.to_owned());
                    }
                    out.push_str(&rest[..open + 2]);
                    rest = &rest[open + 2..];
                }
            }
        }
        out.push_str(rest);
        any.then_some(out)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(list: &[(&str, &str)]) -> Result<NamedSecrets, RuleError> {
        let secret = |&(name, value): &(&str, &str)| Secret { name: name.into(), value: value.into() };
        NamedSecrets::new(list.iter().map(secret).collect(), false)
    }

    #[test]
    fn a_short_value_is_put_back_and_never_looked_for() {
        let secret = Secret { name: "pin".into(), value: "test".into() };
        let named = NamedSecrets::new(vec![secret], true).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(named.name("a test"), None);
        assert_eq!(named.reveal("x {{pin}}", &mut Vec::new()).as_deref(), Some("x test"));
    }

    #[test]
    fn values_are_named_and_come_back() {
        let named = secrets(&[("a", "12345678"), ("b", "1234567890")]).unwrap_or_else(|e| panic!("{e}"));
        let (text, used) = named.name("x1234567890y12345678").expect("both stand there");
        assert_eq!((text.as_str(), used), ("x{{b}}y{{a}}", vec!["b", "a"]));
        let mut missing = Vec::new();
        assert_eq!(
            named.reveal("x{{b}}y{{a}}{{c}}{{ d }}{{", &mut missing).as_deref(),
            Some("x1234567890y12345678{{c}}{{ d }}{{")
        );
        assert_eq!(missing, ["c"]);
        assert_eq!(named.around("p{{a}}q{{c}}", &mut str::to_uppercase).as_deref(), Some("P{{a}}Q{{C}}"));
        assert_eq!(named.around("{{c}}", &mut str::to_uppercase), None);
    }

    #[test]
    fn short_values_and_odd_names_are_refused() {
        for list in [
            &[("a", "1")][..],
            &[("a b", "12345678")],
            &[("", "12345678")],
            &[("a", "12345678"), ("a", "87654321")],
        ] {
            let error = secrets(list).err().expect("refused");
            assert!(!error.hint.is_empty() && !error.to_string().contains("12345678"));
        }
    }
}
