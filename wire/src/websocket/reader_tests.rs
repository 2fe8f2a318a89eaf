use super::*;
use crate::websocket::{Deflater, write_message};

/// Whatever the cuts, the same messages, or the same error after the same ones.
fn read(bytes: &[u8], compressed: bool) -> (Vec<Message>, Option<FrameError>) {
    let mut all = Vec::new();
    for cut in [1, 2, 3, 7, 4096, bytes.len().max(1)] {
        let mut reader = Reader::new(1 << 20, compressed.then(Inflater::default));
        let mut out = Vec::new();
        let error = bytes.chunks(cut).find_map(|piece| reader.push(piece, &mut out).err());
        if error.is_none() {
            assert!(!reader.is_within());
        }
        all.push((out, error));
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    all.swap_remove(0)
}

#[test]
fn the_examples_of_the_standard_are_read() {
    // RFC 6455 §5.7
    let sent = [
        &[0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f][..],
        &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58],
        &[0x01, 0x03, 0x48, 0x65, 0x6c],
        // A control frame between two fragments.
        &[0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f],
        &[0x80, 0x02, 0x6c, 0x6f],
        &[0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58],
        &[0x88, 0x00],
    ]
    .concat();
    let (messages, error) = read(&sent, false);
    assert_eq!(error, None);
    let seen: Vec<(FrameKind, &[u8], Vec<u64>, bool)> =
        messages.iter().map(|m| (m.kind, &m.data[..], m.fragments.clone(), m.masked)).collect();
    assert_eq!(
        seen,
        [
            (FrameKind::Text, &b"Hello"[..], vec![], false),
            (FrameKind::Text, b"Hello", vec![], true),
            (FrameKind::Ping, b"Hello", vec![], false),
            (FrameKind::Text, b"Hello", vec![3, 2], false),
            (FrameKind::Pong, b"Hello", vec![], true),
            (FrameKind::Close, b"", vec![], false),
        ]
    );
}

#[test]
fn what_is_written_is_read_at_every_length() {
    for len in [0, 1, 125, 126, 127, 65_535, 65_536, 70_001] {
        let data: Vec<u8> = (0..len).map(|n| (n * 7 % 251) as u8).collect();
        for (fragments, compress, mask) in [
            (vec![], false, None),
            (vec![], true, Some([1, 2, 3, 250])),
            (vec![len as u64 / 3, 1, u64::MAX], false, Some([9, 8, 7, 6])),
            (vec![1, 2, 3], true, None),
        ] {
            let mut out = Vec::new();
            let mut deflater = Deflater::default();
            let with = compress.then_some(&mut deflater);
            write_message(&mut out, FrameKind::Binary, &data, &fragments, with, mask);
            let (messages, error) = read(&out, true);
            assert_eq!((messages.len(), error), (1, None), "{len} {fragments:?}");
            let message = &messages[0];
            assert!(message.data == data && message.compressed == compress);
            assert_eq!((message.masked, message.fragments.len()), (mask.is_some(), fragments.len()));
            assert_eq!(
                message.fragments.iter().sum::<u64>(),
                if fragments.is_empty() { 0 } else { len as u64 }
            );
        }
    }
}

#[test]
fn what_makes_no_message_is_refused_at_any_cut() {
    for (bad, error) in [
        (&[0xc1, 0x00][..], FrameError::Bits(0xc1)),
        (&[0x83, 0x00], FrameError::Opcode(3)),
        (&[0x8b, 0x00], FrameError::Opcode(11)),
        (&[0x09, 0x00], FrameError::Control),
        (&[0x89, 126, 0, 126], FrameError::Control),
        (&[0x80, 0x00], FrameError::Order("a message before its continuation")),
        (&[0x01, 0x00, 0x81, 0x00], FrameError::Order("the rest of a message before the next one")),
        (&[0x82, 127, 0xff, 0, 0, 0, 0, 0, 0, 0], FrameError::TooLarge { most: 1 << 20 }),
        (&[0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1], FrameError::TooLarge { most: 1 << 20 }),
    ] {
        assert_eq!(read(bad, false).1, Some(error), "{bad:?}");
    }
    assert_eq!(read(&[0xc1, 0x03, 0xff, 0xff, 0xff], true).1, Some(FrameError::Inflate));
    assert_eq!(read(&[0xe1, 0x00], true).1, Some(FrameError::Bits(0xe1)));
    assert_eq!(read(&[0xc9, 0x00], true).1, Some(FrameError::Bits(0xc9)));
}
