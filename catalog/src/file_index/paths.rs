//! Paths of many files: folder names once each, file names without what all have in common.

use std::collections::HashMap;

use super::packed::{Packed, Texts};

/// The paths of the files, in order.
#[derive(Debug)]
pub struct Paths {
    /// A column of folder names per level, outermost first; an empty name where a path is shorter.
    levels: Box<[Level]>,
    names: Names,
}

#[derive(Debug)]
struct Level {
    /// The place in `names` of each file's folder.
    folders: Packed,
    names: Texts,
}

/// File names: what they begin and end with, and what is between.
#[derive(Debug)]
struct Names {
    prefix: Box<str>,
    suffix: Box<str>,
    middles: Middles,
}

#[derive(Debug)]
enum Middles {
    /// So many lower-case hexadecimal digits each, two in a byte.
    Hex { digits: usize, bytes: Box<[u8]> },
    /// Anything.
    Texts(Texts),
}

impl Paths {
    /// Takes paths apart; `None` when they are more than 4 GiB.
    pub fn new(paths: &[&str]) -> Option<Self> {
        let split = |path: &'_ str| path.rfind('/').map_or(0, |slash| slash + 1);
        let folders = |path: &'_ str| path[..split(path)].matches('/').count();
        let n_levels = paths.iter().map(|path| folders(path)).max().unwrap_or_default();
        let mut rest: Vec<&str> = paths.iter().map(|path| &path[..split(path)]).collect();
        let mut levels = Vec::with_capacity(n_levels);
        for _ in 0..n_levels {
            let mut places = HashMap::new();
            let mut names = Vec::new();
            let mut codes = Vec::with_capacity(paths.len());
            for rest in &mut rest {
                let (folder, below) = rest.split_once('/').unwrap_or_default();
                *rest = below;
                let place = *places.entry(folder).or_insert_with(|| {
                    names.push(folder);
                    names.len() as u64 - 1
                });
                codes.push(Some(place));
            }
            levels.push(Level {
                folders: Packed::new(&codes),
                names: Texts::new(names)?,
            });
        }
        let names: Vec<&str> = paths.iter().map(|path| &path[split(path)..]).collect();
        Some(Self {
            levels: levels.into(),
            names: Names::new(&names)?,
        })
    }

    /// The path of a file.
    pub fn get(&self, idx: usize) -> String {
        let mut path = String::new();
        for level in &self.levels {
            let place = usize::try_from(level.folders.get(idx)).unwrap_or(usize::MAX);
            let folder = level.names.get(place);
            if !folder.is_empty() {
                path.push_str(folder);
                path.push('/');
            }
        }
        self.names.push(idx, &mut path);
        path
    }

    /// Bytes in memory.
    pub fn memory_bytes(&self) -> usize {
        let levels = self.levels.iter();
        let levels: usize = levels
            .map(|level| size_of::<Level>() + level.folders.heap_bytes() + level.names.heap_bytes())
            .sum();
        let middles = match &self.names.middles {
            Middles::Hex { bytes, .. } => bytes.len(),
            Middles::Texts(texts) => texts.heap_bytes(),
        };
        size_of::<Self>() + levels + self.names.prefix.len() + self.names.suffix.len() + middles
    }
}

impl Names {
    fn new(names: &[&str]) -> Option<Self> {
        let first = names.first().copied().unwrap_or_default();
        let mut prefix = first.len();
        for name in names {
            let same = first
                .bytes()
                .zip(name.bytes())
                .take_while(|(one, other)| one == other)
                .count();
            prefix = prefix.min(same);
        }
        while !first.is_char_boundary(prefix) {
            prefix -= 1;
        }
        let rest = &first[prefix..];
        let names: Vec<&str> = names.iter().map(|name| &name[prefix..]).collect();
        let mut suffix = rest.len();
        for name in &names {
            let backwards = rest.bytes().rev().zip(name.bytes().rev());
            suffix = suffix.min(backwards.take_while(|(one, other)| one == other).count());
        }
        while !rest.is_char_boundary(rest.len() - suffix) {
            suffix -= 1;
        }
        let middles: Vec<&str> = names.iter().map(|name| &name[..name.len() - suffix]).collect();
        let digits = middles.first().map_or(0, |middle| middle.len());
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let all_hex = middles
            .iter()
            .all(|middle| middle.len() == digits && middle.bytes().all(is_hex));
        let middles = if all_hex {
            Middles::Hex {
                digits,
                bytes: middles.iter().flat_map(|middle| packed_hex(middle)).collect(),
            }
        } else {
            Middles::Texts(Texts::new(middles)?)
        };
        Some(Self {
            prefix: first[..prefix].into(),
            suffix: rest[rest.len() - suffix..].into(),
            middles,
        })
    }

    /// Appends the name of a file.
    fn push(&self, idx: usize, path: &mut String) {
        path.push_str(&self.prefix);
        match &self.middles {
            Middles::Texts(texts) => path.push_str(texts.get(idx)),
            Middles::Hex { digits, bytes } => {
                let n_bytes = digits.div_ceil(2);
                for digit in 0..*digits {
                    let byte = bytes[idx * n_bytes + digit / 2];
                    let digit = if digit % 2 == 0 { byte >> 4 } else { byte & 15 };
                    path.extend(char::from_digit(u32::from(digit), 16));
                }
            }
        }
        path.push_str(&self.suffix);
    }
}

/// Two hexadecimal digits to a byte.
fn packed_hex(digits: &str) -> impl Iterator<Item = u8> + '_ {
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => byte - b'0',
        _ => byte - b'a' + 10,
    };
    digits
        .as_bytes()
        .chunks(2)
        .map(move |pair| value(&pair[0]) << 4 | pair.get(1).map_or(0, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paths: &[&str]) {
        let Some(packed) = Paths::new(paths) else {
            unreachable!("a few bytes");
        };
        for (idx, path) in paths.iter().enumerate() {
            assert_eq!(packed.get(idx), *path);
        }
    }

    #[test]
    fn paths_come_back_as_they_were() {
        check(&[]);
        check(&["part-0a1b.parquet"]);
        check(&["part-0a1b.parquet", "part-0a1c.parquet", "part-ffff.parquet"]);
        check(&[
            "a/part-0.parquet",
            "a/part-00.parquet",
            "b/c/part-1.parquet",
            "part-2.parquet",
        ]);
        check(&[
            "si_nm=서울특별시/sgg_nm=종로구/part-abc.parquet",
            "si_nm=서울특별시/sgg_nm=중구/part-abd.parquet",
        ]);
        check(&[
            "서울특별시/가.parquet",
            "서울특별시/각.parquet",
            "서울특별시/나.PARQUET",
        ]);
        check(&["x%20y/a b", "x%20y/ab", "x%20y/b"]);
        check(&["aaa", "aaa.b", "aa"]);
    }

    #[test]
    fn file_names_that_are_hashes_take_half() {
        let paths: Vec<String> = (0..1000_u64)
            .map(|n| format!("part-{:016x}.parquet", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
            .collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let bytes = Paths::new(&paths).map(|paths| paths.memory_bytes()).unwrap_or_default();
        assert!((8_000..8_300).contains(&bytes), "{bytes}");
    }
}
