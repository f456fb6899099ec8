//! Text of Korean files: which encoding it is in, strict decoding, and how undecodable bytes are shown.

use std::borrow::Cow;
use std::fmt::Write as _;

use encoding_rs::{DecoderResult, EUC_KR};

/// The encodings in which Korean text is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TextEncoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// cp949, the Windows superset of EUC-KR.
    #[serde(rename = "cp949")]
    Cp949,
}

impl TextEncoding {
    /// The encoding that a label means, as written in `.cpg` files and on command lines: `UTF-8`, `65001`, `CP949`,
    /// `949`, `MS949`, `UHC`, `EUC-KR`, `ks_c_5601-1987` and the like, in any case.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        let plain: String = label
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match plain.as_str() {
            "utf8" | "65001" | "cp65001" | "ansi65001" => Some(Self::Utf8),
            "cp949" | "949" | "ansi949" | "ms949" | "windows949" | "uhc" | "euckr" | "ksc56011987" | "ksc5601" => {
                Some(Self::Cp949)
            }
            _ => None,
        }
    }

    /// The name used in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Cp949 => "cp949",
        }
    }

    /// The text that the bytes stand for; `None` when a single byte of them does not belong to the encoding.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Cp949 => EUC_KR.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }

    /// The text with every undecodable byte written as `\xNN`.
    #[must_use]
    pub fn escape(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => escape_utf8(bytes),
            Self::Cp949 => escape_cp949(bytes),
        }
    }
}

fn escape_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        push_escaped(&mut text, chunk.invalid());
    }
    text
}

fn escape_cp949(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut rest = bytes;
    loop {
        let mut decoder = EUC_KR.new_decoder_without_bom_handling();
        // Three bytes of UTF-8 are the most that one byte of input can become.
        let mut sound = String::with_capacity(rest.len() * 3 + 8);
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut sound, true);
        text.push_str(&sound);
        let DecoderResult::Malformed(bad, after) = result else {
            return text;
        };
        // `read` counts the malformed bytes and those that were looked at behind them.
        let end = read.saturating_sub(usize::from(after));
        let start = end.saturating_sub(usize::from(bad));
        push_escaped(&mut text, &rest[start..end]);
        rest = &rest[end..];
    }
}

fn push_escaped(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "\\x{byte:02X}");
    }
}

/// Decides between UTF-8 and cp949 by reading text.
#[derive(Debug, Default)]
pub struct EncodingDetector {
    beyond_ascii: u64,
    not_utf8: u64,
    not_cp949: u64,
}

impl EncodingDetector {
    /// Takes one field's bytes into account.
    pub fn see(&mut self, field: &[u8]) {
        if field.is_ascii() {
            return;
        }
        self.beyond_ascii += 1;
        self.not_utf8 += u64::from(TextEncoding::Utf8.decode(field).is_none());
        self.not_cp949 += u64::from(TextEncoding::Cp949.decode(field).is_none());
    }

    /// Whether text beyond ASCII was seen; without it both encodings fit.
    #[must_use]
    pub fn is_decisive(&self) -> bool {
        self.beyond_ascii > 0
    }

    /// UTF-8 when all of the text is, else the encoding that fits more fields: a text that was cut in the middle of
    /// a character must not turn a whole UTF-8 file into cp949.
    #[must_use]
    pub fn verdict(&self) -> TextEncoding {
        if self.not_utf8 == 0 || self.not_utf8 < self.not_cp949 {
            TextEncoding::Utf8
        } else {
            TextEncoding::Cp949
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // "종로구 청운동" in cp949.
    const CHEONGUN: &[u8] = b"\xc1\xbe\xb7\xce\xb1\xb8 \xc3\xbb\xbf\xee\xb5\xbf";

    #[test]
    fn labels_of_cpg_files_are_understood() {
        for label in ["UTF-8", "utf8", "65001"] {
            assert_eq!(TextEncoding::parse(label), Some(TextEncoding::Utf8), "{label}");
        }
        for label in ["CP949", "949", "EUC-KR", "ms949", "UHC", "ks_c_5601-1987", "ANSI 949"] {
            assert_eq!(TextEncoding::parse(label), Some(TextEncoding::Cp949), "{label}");
        }
        for label in ["", "CP936", "ISO-8859-1", "1252"] {
            assert_eq!(TextEncoding::parse(label), None, "{label}");
        }
    }

    #[test]
    fn decoding_is_strict() {
        assert_eq!(TextEncoding::Cp949.decode(CHEONGUN).as_deref(), Some("종로구 청운동"));
        assert_eq!(TextEncoding::Utf8.decode(CHEONGUN), None);
        assert_eq!(TextEncoding::Cp949.decode(b"\xc1\xbe\xb7"), None);
        assert_eq!(TextEncoding::Cp949.decode(b"a\xff"), None);
    }

    #[test]
    fn undecodable_bytes_are_shown_in_place() {
        assert_eq!(TextEncoding::Cp949.escape(b"\xc1\xbe\xff\xb7\xce"), "종\\xFF로");
        assert_eq!(TextEncoding::Cp949.escape(b"\xc1\xbe\xb7"), "종\\xB7");
        assert_eq!(TextEncoding::Cp949.escape(b"\xc1 a"), "\\xC1 a");
        assert_eq!(TextEncoding::Cp949.escape(CHEONGUN), "종로구 청운동");
        assert_eq!(TextEncoding::Utf8.escape("동".as_bytes()), "동");
        assert_eq!(TextEncoding::Utf8.escape(b"a\xc1\xbeb"), "a\\xC1\\xBEb");
    }

    #[test]
    fn escaping_never_panics() {
        // Without a stroke, which would look like the escaping itself.
        for first in (0..=255_u8).filter(|byte| *byte != b'\\') {
            for second in 0..=255_u8 {
                for encoding in [TextEncoding::Utf8, TextEncoding::Cp949] {
                    let bytes = [first, second];
                    let decodes = encoding.decode(&bytes);
                    let escaped = encoding.escape(&bytes);
                    assert_eq!(decodes.is_none(), escaped.contains("\\x"), "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn the_encoding_is_detected_from_text() {
        fn verdict(fields: &[&[u8]]) -> TextEncoding {
            let mut detector = EncodingDetector::default();
            for field in fields {
                detector.see(field);
            }
            detector.verdict()
        }
        assert_eq!(verdict(&[b"ascii"]), TextEncoding::Utf8);
        assert_eq!(verdict(&[b"ascii", CHEONGUN]), TextEncoding::Cp949);
        assert_eq!(verdict(&["청운동".as_bytes()]), TextEncoding::Utf8);
        assert_eq!(
            verdict(&["청운동".as_bytes(), "신교동".as_bytes(), &"궁정동".as_bytes()[..8]]),
            TextEncoding::Utf8
        );
    }
}
