//! Throw-away: throughput of framing and decoding.
#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::print_stdout, missing_docs)]
use std::io::Write;
use std::time::Instant;
use pilji_ingest::source::{ReadOptions, discover};

fn main() {
    let path = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let n: usize = 1_000_000;
    if !path.exists() {
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        let opt = zip::write::SimpleFileOptions::default().compression_level(Some(6));
        let mut rng = 88172645463325252u64;
        let mut next = move || { rng ^= rng << 13; rng ^= rng >> 7; rng ^= rng << 17; rng };
        let mut body = Vec::new();
        for i in 0..n {
            let v = 5 + (next() % 17) as usize; // mean 13
            let len = 48 + 16 * v;
            body.extend(((i + 1) as i32).to_be_bytes());
            body.extend(((len / 2) as i32).to_be_bytes());
            body.extend(5i32.to_le_bytes());
            body.extend([0u8; 32]);
            body.extend(1i32.to_le_bytes());
            body.extend((v as i32).to_le_bytes());
            body.extend(0i32.to_le_bytes());
            let (cx, cy) = (190000.0 + (i % 1000) as f64 * 20.0, 450000.0 + (i / 1000) as f64 * 20.0);
            let mut first = None;
            for k in 0..v {
                let a = -(k as f64) / (v - 1) as f64 * std::f64::consts::TAU;
                let r = 8.0 + (next() % 1000) as f64 / 500.0;
                let p = (cx + r * a.cos(), cy + r * a.sin());
                let p = if k == v - 1 { first.unwrap() } else { p };
                first.get_or_insert(p);
                body.extend(p.0.to_le_bytes());
                body.extend(p.1.to_le_bytes());
            }
        }
        let mut head = vec![0u8; 100];
        head[..4].copy_from_slice(&9994i32.to_be_bytes());
        head[24..28].copy_from_slice(&(((100 + body.len()) / 2) as i32).to_be_bytes());
        head[28..32].copy_from_slice(&1000i32.to_le_bytes());
        head[32..36].copy_from_slice(&5i32.to_le_bytes());
        zip.start_file("a.shp", opt).unwrap();
        zip.write_all(&head).unwrap();
        zip.write_all(&body).unwrap();
        println!("shp {} MB", body.len() >> 20);
        let fields = [("A0", b'N', 10u8), ("A1", b'C', 19), ("A2", b'C', 10), ("A3", b'C', 254), ("A4", b'C', 10), ("A5", b'C', 200), ("A6", b'D', 8)];
        let rl = 1 + fields.iter().map(|f| f.2 as usize).sum::<usize>();
        let mut dbf = vec![0u8; 32];
        dbf[0] = 3;
        dbf[4..8].copy_from_slice(&(n as u32).to_le_bytes());
        dbf[8..10].copy_from_slice(&((32 + 32 * fields.len() + 1) as u16).to_le_bytes());
        dbf[10..12].copy_from_slice(&(rl as u16).to_le_bytes());
        for f in &fields {
            let mut d = [0u8; 32];
            d[..2].copy_from_slice(f.0.as_bytes());
            d[11] = f.1;
            d[16] = f.2;
            dbf.extend(d);
        }
        dbf.push(13);
        zip.start_file("a.dbf", opt).unwrap();
        let dongs = ["청운동", "신교동", "궁정동", "효자동", "창성동"];
        for i in 0..n {
            let dong = dongs[(i / 2000) % 5];
            let (name, _, _) = encoding_rs::EUC_KR.encode(dong);
            let (pre, _, _) = encoding_rs::EUC_KR.encode("서울특별시 종로구 ");
            let mut a3 = pre.into_owned();
            a3.extend_from_slice(&name);
            let (jib, _, _) = encoding_rs::EUC_KR.encode(if i % 3 == 0 { "대" } else { "답" });
            let mut a5 = format!("{}-{}", i % 999 + 1, next() % 60).into_bytes();
            let a4 = a5.clone();
            a5.extend_from_slice(&jib);
            let row: [Vec<u8>; 7] = [format!("{:>10}", i + 1).into_bytes(), format!("11110101001{:04}{:04}", i % 9999, next() % 100).into_bytes(), b"1111010100".to_vec(), a3, a4, a5, b"20210501".to_vec()];
            dbf.push(b' ');
            for (v, f) in row.iter().zip(&fields) {
                dbf.extend_from_slice(v);
                dbf.extend(std::iter::repeat_n(b' ', f.2 as usize - v.len()));
            }
            if dbf.len() > 1 << 20 { zip.write_all(&dbf).unwrap(); dbf.clear(); }
        }
        zip.write_all(&dbf).unwrap();
        zip.finish().unwrap();
        println!("zip {} MB", std::fs::metadata(&path).unwrap().len() >> 20);
    }
    let part = discover(&[path.clone()]).unwrap().remove(0);
    for _ in 0..2 {
        let t = Instant::now();
        let open = part.open(&ReadOptions::default()).unwrap();
        let t_open = t.elapsed();
        let t = Instant::now();
        let chunks: usize = open.chunks().map(|c| c.unwrap().records()).sum();
        let frame = t.elapsed();
        println!("open {t_open:?}; framing {chunks} records {frame:?} = {:.0}/s", chunks as f64 / frame.as_secs_f64());
        let open = part.open(&ReadOptions::default()).unwrap();
        let mut decode = std::time::Duration::ZERO;
        let mut rows = 0;
        let mut rejected = 0;
        for c in open.chunks() {
            let c = c.unwrap();
            let t = Instant::now();
            let b = c.decode();
            decode += t.elapsed();
            rows += b.rows.len();
            rejected += b.rejected.len();
        }
        println!("decode {rows} rows ({rejected} rejected) {decode:?} = {:.0}/s per core", rows as f64 / decode.as_secs_f64());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().filter(|l| l.starts_with("VmHWM")).collect::<String>());
}
